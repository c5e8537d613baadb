/** The promise of an idempotency key: the same request again gets the first reply. */
import { randomBytes } from 'node:crypto';
import type { OperationName } from '@nova/protocol';
import { limits } from '@nova/protocol/wire';
import type { Transaction } from '#db/database.js';
import type { Pipeline } from '#db/pipeline-connection.js';
import type { MasterKeys } from '#sealing/master-keys.js';
import { openValue, sealValue } from '#sealing/seal-value.js';
import { NovaError } from '../errors.ts';
import {
  lockAndReadReplies,
  lockAndReadReply,
  type ReplyRow,
  storeReplies,
  storeReply,
} from './reply-store.ts';
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
  /**
   * The same for several requests with keys of their own, in one round trip: what was found, and
   * the refusals.
   */
  findAll(
    pipeline: Pipeline,
    requests: readonly KeyedRequest[],
  ): Promise<ReadonlyMap<KeyedRequest, { readonly packed: unknown } | NovaError>>;
  keepAll(
    pipeline: Pipeline,
    replies: readonly (readonly [request: KeyedRequest, packed: unknown])[],
  ): Promise<void>;
}

interface Kept {
  readonly hashKey: string;
  readonly reply: unknown;
}

/** A stored reply opens in its own place only. */
const contextOf = (userId: string, key: string): string => `idempotency/${userId}/${key}`;
const hashKeyBytes = 32;

export function createFirstReplies(masterKeys: MasterKeys): FirstReplies {
  const open = ({ operation, userId, input }: KeyedRequest, key: string, row: ReplyRow) => {
    const kept = openValue(masterKeys, contextOf(userId, key), row.reply) as Kept;
    const hash = requestHash(Buffer.from(kept.hashKey, 'base64'), input);
    const same = row.operation === operation && hash.equals(row.requestHash);
    return same ? { packed: kept.reply } : keyTaken();
  };
  const seal = ({ operation, userId, input }: KeyedRequest, key: string, packed: unknown) => {
    const hashKey = randomBytes(hashKeyBytes);
    const kept: Kept = { hashKey: hashKey.toString('base64'), reply: packed };
    return {
      operation,
      requestHash: requestHash(hashKey, input),
      reply: sealValue(masterKeys, contextOf(userId, key), kept),
    };
  };
  return {
    async find(tx, request) {
      const key = request.input.idempotencyKey;
      if (key === undefined) return undefined;
      const row = await lockAndReadReply(tx, request.userId, key, limits.idempotencyKeyHours);
      if (row === undefined) return undefined;
      const found = open(request, key, row);
      if (found instanceof NovaError) throw found;
      return found;
    },
    async keep(tx, request, packed) {
      const key = request.input.idempotencyKey;
      if (key !== undefined) await storeReply(tx, request.userId, key, seal(request, key, packed));
    },
    async findAll(pipeline, requests) {
      const byName = new Map(
        requests.flatMap((request) => {
          const { userId, input } = request;
          const key = input.idempotencyKey;
          return key === undefined
            ? []
            : [[contextOf(userId, key), { request, userId, key }] as const];
        }),
      );
      if (byName.size === 0) return new Map();
      // Who waits for each other's keys must take them in one order.
      const keys = [...byName.keys()].sort().flatMap((name) => byName.get(name) ?? []);
      const rows = await lockAndReadReplies(pipeline, keys, limits.idempotencyKeyHours);
      return new Map(
        rows.flatMap((row) => {
          const request = byName.get(contextOf(row.userId, row.key))?.request;
          return request === undefined ? [] : [[request, open(request, row.key, row)] as const];
        }),
      );
    },
    async keepAll(pipeline, replies) {
      const rows = replies.flatMap(([request, packed]) => {
        const { userId, input } = request;
        const key = input.idempotencyKey;
        return key === undefined ? [] : [{ userId, key, ...seal(request, key, packed) }];
      });
      if (rows.length > 0) await storeReplies(pipeline, rows);
    },
  };
}

function keyTaken(): NovaError {
  const expected = 'a key that was not used for another request';
  return new NovaError('idConflict', `idempotencyKey: expected ${expected}`, {
    details: [{ field: 'idempotencyKey', expected }],
  });
}
