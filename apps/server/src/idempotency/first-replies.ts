/** The promise of an idempotency key: the same request again gets the first reply. */
import { randomBytes } from 'node:crypto';
import type { OperationName } from '@nova/protocol';
import { limits } from '@nova/protocol/wire';
import type { Transaction } from '#db/database.js';
import type { MasterKeys } from '#sealing/master-keys.js';
import { openValue, sealValue } from '#sealing/seal-value.js';
import { NovaError } from '../errors.ts';
import { lockAndReadReply, storeReply } from './reply-store.ts';
import { requestHash } from './request-hash.ts';

export interface KeyedRequest {
  readonly operation: OperationName;
  readonly userId: string;
  readonly input: { readonly idempotencyKey?: string };
}

/** How a reply is kept and given again: what may be deleted later is not kept in it. */
export interface ReplyForm<Reply> {
  readonly pack: (reply: Reply) => unknown;
  readonly unpack: (tx: Transaction, packed: unknown) => Promise<Reply>;
}

export interface FirstReplies {
  /**
   * The first reply to this request, packed, inside the transaction that would otherwise carry it
   * out. Waits for one under way with the same key; throws `idConflict` if it was another request.
   */
  find(tx: Transaction, request: KeyedRequest): Promise<{ readonly packed: unknown } | undefined>;
  keep(tx: Transaction, request: KeyedRequest, packed: unknown): Promise<void>;
}

interface Kept {
  readonly hashKey: string;
  readonly reply: unknown;
}

/** A stored reply opens in its own place only. */
const contextOf = (userId: string, key: string): string => `idempotency/${userId}/${key}`;
const hashKeyBytes = 32;

export function createFirstReplies(masterKeys: MasterKeys): FirstReplies {
  return {
    async find(tx, { operation, userId, input }) {
      const key = input.idempotencyKey;
      if (key === undefined) return undefined;
      const row = await lockAndReadReply(tx, userId, key, limits.idempotencyKeyHours);
      if (row === undefined) return undefined;
      const kept = openValue(masterKeys, contextOf(userId, key), row.reply) as Kept;
      const hash = requestHash(Buffer.from(kept.hashKey, 'base64'), input);
      if (row.operation !== operation || !hash.equals(row.requestHash)) throw keyTaken();
      return { packed: kept.reply };
    },
    async keep(tx, { operation, userId, input }, packed) {
      const key = input.idempotencyKey;
      if (key === undefined) return;
      const hashKey = randomBytes(hashKeyBytes);
      const kept: Kept = { hashKey: hashKey.toString('base64'), reply: packed };
      await storeReply(tx, userId, key, {
        operation,
        requestHash: requestHash(hashKey, input),
        reply: sealValue(masterKeys, contextOf(userId, key), kept),
      });
    },
  };
}

function keyTaken(): NovaError {
  const expected = 'a key that was not used for another request';
  return new NovaError('idConflict', `idempotencyKey: expected ${expected}`, {
    details: [{ field: 'idempotencyKey', expected }],
  });
}
