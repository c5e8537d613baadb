// Re-sealing of data keys under the current master key. Bodies stay as they are: they are sealed
// with the data keys, which do not change.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Queryable, Statement } from '#db/database.js';
import { openDataKey, sealDataKey } from './data-key.ts';
import type { MasterKeys } from './master-keys.ts';
import { SealBroken } from './seal-broken.ts';

export interface RotateOptions {
  readonly db: Database;
  readonly masterKeys: MasterKeys;
  /** Conversations locked and re-sealed in one transaction. */
  readonly batchSize?: number;
  /** Rest between two batches, so that a background run leaves the database to others. */
  readonly pauseMs?: number;
  readonly signal?: AbortSignal;
  readonly onBatch?: (resealedSoFar: number) => void;
}

export interface MissingMasterKey {
  readonly masterKeyId: string;
  readonly conversations: number;
}

export interface RotateResult {
  readonly resealed: number;
  /** Conversations whose sealed key does not open with the master key it names. */
  readonly broken: number;
  /** Conversations that were locked by somebody else, or left over by an abort. */
  readonly left: number;
  /** Master keys that conversations still need and that are not configured. */
  readonly missing: readonly MissingMasterKey[];
}

interface SealedRow {
  readonly id: string;
  readonly sealed_key: Buffer;
}

// One index probe each: which master keys are in use, without reading every conversation.
const nextMasterKey: Statement = {
  name: 'sealing.next-master-key',
  text: 'select master_key_id from conversations where master_key_id > $1 order by master_key_id limit 1',
};
const countMasterKey: Statement = {
  name: 'sealing.count-master-key',
  text: 'select count(*) as conversations from conversations where master_key_id = $1',
};
const lockBatch: Statement = {
  name: 'sealing.lock-batch',
  text: `select id, sealed_key from conversations
    where master_key_id = $1 and id > $2 order by id limit $3 for no key update skip locked`,
};
const storeBatch: Statement = {
  name: 'sealing.store-batch',
  text: `update conversations c set sealed_key = n.sealed_key, master_key_id = $3
    from unnest($1::uuid[], $2::bytea[]) as n (id, sealed_key) where c.id = n.id`,
};

const passes = 3;
const passPauseMs = 250;
const beforeEveryId = '00000000-0000-0000-0000-000000000000';

export async function rotateConversationKeys(options: RotateOptions): Promise<RotateResult> {
  const { db, masterKeys } = options;
  const missing: MissingMasterKey[] = [];
  let resealed = 0;
  let broken = 0;
  let left = 0;
  for (const masterKeyId of await masterKeysInUse(db)) {
    if (masterKeyId === masterKeys.currentId) continue;
    if (masterKeys.byId.has(masterKeyId)) {
      const done = await resealAll(options, masterKeyId, resealed);
      resealed += done.resealed;
      broken += done.broken;
      left += done.left;
    } else {
      missing.push({ masterKeyId, conversations: await countOf(db, masterKeyId) });
    }
  }
  return { resealed, broken, left, missing };
}

export function describeMissing({ masterKeyId, conversations }: MissingMasterKey): string {
  return `master key ${masterKeyId} is not configured but ${conversations} conversation(s) need it: add it to SECRETBOX_PREVIOUS_KEYS_B64`;
}

/** Ids of the master keys that conversations are sealed with. */
export async function masterKeysInUse(db: Queryable): Promise<string[]> {
  const ids: string[] = [];
  for (let last = ''; ; ) {
    const [row] = await db.rows<{ master_key_id: string }>(nextMasterKey, [last]);
    if (row === undefined) return ids;
    last = row.master_key_id;
    ids.push(last);
  }
}

async function countOf(db: Database, masterKeyId: string): Promise<number> {
  const [row] = await db.rows<{ conversations: number }>(countMasterKey, [masterKeyId]);
  return row?.conversations ?? 0;
}

/** Passes over what is left: rows that somebody held locked in one pass are free in the next. */
async function resealAll(options: RotateOptions, masterKeyId: string, before: number) {
  let resealed = 0;
  for (let pass = 1; ; pass++) {
    const done = await resealOnce(options, masterKeyId, before + resealed);
    resealed += done.resealed;
    const left = Math.max(0, (await countOf(options.db, masterKeyId)) - done.broken);
    if (left === 0 || pass === passes || options.signal?.aborted === true) {
      return { resealed, broken: done.broken, left };
    }
    await rest(passPauseMs, options.signal);
  }
}

async function resealOnce(options: RotateOptions, masterKeyId: string, before: number) {
  const { batchSize = 200, pauseMs = 0, signal } = options;
  let resealed = 0;
  let broken = 0;
  let after: string | undefined = beforeEveryId;
  while (after !== undefined && signal?.aborted !== true) {
    const batch = await resealBatch(options, masterKeyId, after, batchSize);
    after = batch.last;
    resealed += batch.resealed;
    broken += batch.broken;
    if (batch.resealed > 0) options.onBatch?.(before + resealed);
    if (after !== undefined && pauseMs > 0) await rest(pauseMs, signal);
  }
  return { resealed, broken };
}

async function rest(pauseMs: number, signal: AbortSignal | undefined): Promise<void> {
  // An abort only ends the rest: the caller looks at the signal itself.
  await sleep(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}

function resealBatch(
  { db, masterKeys }: RotateOptions,
  masterKeyId: string,
  after: string,
  batchSize: number,
): Promise<{ resealed: number; broken: number; last: string | undefined }> {
  return db.transaction(async (tx) => {
    const rows = await tx.rows<SealedRow>(lockBatch, [masterKeyId, after, batchSize]);
    const ids: string[] = [];
    const sealedKeys: Buffer[] = [];
    for (const row of rows) {
      try {
        const dataKey = openDataKey(masterKeys, row.id, { sealedKey: row.sealed_key, masterKeyId });
        sealedKeys.push(sealDataKey(masterKeys, row.id, dataKey).sealedKey);
        ids.push(row.id);
      } catch (error) {
        if (!(error instanceof SealBroken)) throw error;
      }
    }
    if (ids.length > 0) await tx.rows(storeBatch, [ids, sealedKeys, masterKeys.currentId]);
    const last = rows.length < batchSize ? undefined : rows.at(-1)?.id;
    return { resealed: ids.length, broken: rows.length - ids.length, last };
  });
}
