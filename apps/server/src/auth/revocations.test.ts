import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Queryable } from '#db/database.js';
import { readHorizon } from '#log/reader.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import {
  pruneRevocations,
  type Revocation,
  revokeForEver,
  storeRevocation,
} from './revocation-store.ts';
import { Revocations } from './revocations.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const minuteMs = 60_000;
const tokenOf = (userId: string, issuedAtMs?: number, tokenId?: string) => ({
  userId,
  expiresAtMs: Date.now() + minuteMs,
  ...(issuedAtMs === undefined ? {} : { issuedAtMs }),
  ...(tokenId === undefined ? {} : { tokenId }),
});
const refused = { code: 'unauthenticated' };

async function openRevocations(db: Queryable = database.db) {
  const told: Revocation[] = [];
  const errors: unknown[] = [];
  const { horizon } = await readHorizon(database.db);
  const revocations = new Revocations({
    ...{ db, horizon: () => horizon, intervalMs: minuteMs },
    onRevoked: (found) => told.push(...found),
    onError: (error) => errors.push(error),
  });
  return { revocations, told, errors };
}

test('tokens from before the time are refused, and those that tell no time of issue', async () => {
  const { revocations } = await openRevocations();
  const [userId, now] = [randomUUID(), Date.now()];
  await storeRevocation(database.db, { userId, tokenId: '', issuedBefore: new Date(now) });
  await expect(revocations.check(tokenOf(userId, now - 1))).rejects.toMatchObject(refused);
  await expect(revocations.check(tokenOf(userId))).rejects.toMatchObject(refused);
  await revocations.check(tokenOf(userId, now));
  await revocations.check(tokenOf(randomUUID(), now - 1));
});

test('one that is stored after a user was looked up is heard of all the same', async () => {
  const { revocations, told } = await openRevocations();
  const [userId, now] = [randomUUID(), Date.now()];
  await revocations.check(tokenOf(userId, now, 'stolen'));
  await storeRevocation(database.db, { userId, tokenId: 'stolen', issuedBefore: new Date() });
  await revocations.look();
  expect(told).toMatchObject([{ userId, tokenId: 'stolen' }]);
  await expect(revocations.check(tokenOf(userId, now, 'stolen'))).rejects.toMatchObject(refused);
  await revocations.check(tokenOf(userId, now, 'other'));
});

test('a clock that runs ahead shuts nobody out for long; a deleted user stays out', async () => {
  const { revocations } = await openRevocations();
  const [ahead, gone] = [randomUUID(), randomUUID()];
  const nextYear = new Date(Date.now() + 365 * 24 * 60 * minuteMs);
  await storeRevocation(database.db, { userId: ahead, tokenId: '', issuedBefore: nextYear });
  await revokeForEver(database.db, gone);
  await revocations.check(tokenOf(ahead, Date.now() + 2 * minuteMs));
  const late = tokenOf(gone, nextYear.getTime());
  await expect(revocations.check(late)).rejects.toMatchObject(refused);
});

test('what names one token is forgotten once that has expired, and nothing else is', async () => {
  const { db } = await database.clone();
  const [userId, issuedBefore] = [randomUUID(), new Date()];
  const expiresAt = new Date(Date.now() - 2 * 60 * minuteMs);
  const justNow = new Date(Date.now() - minuteMs);
  await storeRevocation(db, { userId, tokenId: 'expired', issuedBefore, expiresAt });
  await storeRevocation(db, { userId, tokenId: 'just now', issuedBefore, expiresAt: justNow });
  await storeRevocation(db, { userId, tokenId: 'unknown', issuedBefore });
  await storeRevocation(db, { userId, tokenId: '', issuedBefore, expiresAt });
  await pruneRevocations(db);
  const text = 'select token_id as "tokenId" from revocations order by token_id';
  const left = await db.rows({ name: 'test_revocations_left', text });
  expect(left).toEqual([{ tokenId: '' }, { tokenId: 'just now' }, { tokenId: 'unknown' }]);
});

test('a revocation never moves back', async () => {
  const { revocations } = await openRevocations();
  const [userId, now] = [randomUUID(), Date.now()];
  for (const issuedBefore of [new Date(now), new Date(now - minuteMs)]) {
    await storeRevocation(database.db, { userId, tokenId: '', issuedBefore });
  }
  await expect(revocations.check(tokenOf(userId, now - 1))).rejects.toMatchObject(refused);
});

test('a crowd is looked up in few statements, and once', async () => {
  let statements = 0;
  const counting: Queryable = {
    rows: (statement, values) => {
      statements++;
      return database.db.rows(statement, values);
    },
  };
  const { revocations } = await openRevocations(counting);
  const crowd = Array.from({ length: 1_000 }, () => tokenOf(randomUUID(), Date.now()));
  await Promise.all(crowd.map((token) => revocations.check(token)));
  expect(statements).toBeLessThan(5);
  await Promise.all(crowd.map((token) => revocations.check(token)));
  expect(statements).toBeLessThan(5);
});

test('a database that is away is told, and lets nobody in whom it might have refused', async () => {
  const away: Queryable = { rows: () => Promise.reject(new Error('away')) };
  const { revocations, errors } = await openRevocations(away);
  await expect(revocations.check(tokenOf(randomUUID()))).rejects.toThrow('away');
  await revocations.look();
  expect(errors).toHaveLength(1);
});
