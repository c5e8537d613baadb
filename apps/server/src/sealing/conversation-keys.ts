import type { Queryable, Statement } from '#db/database.js';
import { newDataKey, openDataKey, type SealedDataKey, sealDataKey } from './data-key.ts';
import type { MasterKeys } from './master-keys.ts';
import { SealBroken } from './seal-broken.ts';

export interface ConversationCipher {
  /** Throws SealBroken when the conversation's own key does not open. */
  seal(text: string): Buffer;
  /** Throws SealBroken. */
  open(body: Uint8Array): string;
}

export interface ConversationKeys {
  /** A fresh data key, to be stored with the new conversation. The id must be a fresh one too. */
  create(conversationId: string): SealedDataKey;
  /**
   * Ciphers by conversation id; conversations that do not exist are absent. One whose key does not
   * open is present with a cipher that throws, so that it fails alone.
   */
  load(
    db: Queryable,
    conversationIds: readonly string[],
  ): Promise<ReadonlyMap<string, ConversationCipher>>;
  cached(conversationId: string): ConversationCipher | undefined;
}

interface Options {
  readonly masterKeys: MasterKeys;
  /** Conversations whose opened keys are kept, the most recently used ones. */
  readonly cacheSize: number;
}

const loadKeys: Statement = {
  name: 'sealing.load-keys',
  text: 'select id, sealed_key, master_key_id from conversations where id = any($1::uuid[])',
};

interface KeyRow {
  readonly id: string;
  readonly sealed_key: Buffer;
  readonly master_key_id: string;
}

export function createConversationKeys({ masterKeys, cacheSize }: Options): ConversationKeys {
  if (cacheSize < 1) throw new RangeError('cacheSize must be at least 1');
  const { secretbox } = masterKeys;
  // A Map keeps insertion order: the first entry is the one unused for longest.
  const ciphers = new Map<string, ConversationCipher>();

  const keep = (id: string, cipher: ConversationCipher): void => {
    ciphers.delete(id);
    ciphers.set(id, cipher);
    if (ciphers.size <= cacheSize) return;
    for (const oldest of ciphers.keys()) {
      ciphers.delete(oldest);
      return;
    }
  };

  const cached = (id: string): ConversationCipher | undefined => {
    const cipher = ciphers.get(id);
    if (cipher !== undefined) keep(id, cipher);
    return cipher;
  };

  const cipherOf = (dataKey: Uint8Array): ConversationCipher => ({
    seal: (text) => secretbox.sealText(dataKey, text),
    open: (body) => secretbox.openText(dataKey, body),
  });

  const openRow = (row: KeyRow): ConversationCipher => {
    try {
      const sealed = { sealedKey: row.sealed_key, masterKeyId: row.master_key_id };
      const cipher = cipherOf(openDataKey(masterKeys, row.id, sealed));
      keep(row.id, cipher);
      return cipher;
    } catch (error) {
      // Not kept: another node that has the master key may re-seal it at any time.
      if (error instanceof SealBroken) return brokenCipher(error);
      throw error;
    }
  };

  return {
    cached,
    create(conversationId) {
      const dataKey = newDataKey();
      const sealed = sealDataKey(masterKeys, conversationId, dataKey);
      keep(conversationId, cipherOf(dataKey));
      return sealed;
    },
    async load(db, conversationIds) {
      const loaded = new Map<string, ConversationCipher>();
      const missing = new Set<string>();
      for (const id of conversationIds) {
        const cipher = cached(id);
        if (cipher === undefined) missing.add(id);
        else loaded.set(id, cipher);
      }
      if (missing.size === 0) return loaded;
      for (const row of await db.rows<KeyRow>(loadKeys, [[...missing]])) {
        loaded.set(row.id, openRow(row));
      }
      return loaded;
    },
  };
}

function brokenCipher(cause: SealBroken): ConversationCipher {
  const refuse = (): never => {
    throw new SealBroken(cause.message);
  };
  return { seal: refuse, open: refuse };
}
