import { randomBytes, randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Queryable, Statement } from '#db/database.js';
import { createConversationKeys } from './conversation-keys.ts';
import { readMasterKeys } from './master-keys.ts';
import { SealBroken } from './seal-broken.ts';

const newKey = (): string => randomBytes(32).toString('base64');
const masterKeys = await readMasterKeys({ currentB64: newKey(), previousB64: [] });

interface Row {
  readonly id: string;
  readonly sealed_key: Buffer;
  readonly master_key_id: string;
}

/** Stands for the table: answers the one statement and remembers what was asked. */
function memoryTable() {
  const rows = new Map<string, Row>();
  const asked: string[][] = [];
  const db: Queryable = {
    rows: <Result>(_statement: Statement, [ids]: readonly unknown[] = []) => {
      asked.push(ids as string[]);
      const found = (ids as string[]).map((id) => rows.get(id)).filter((row) => row !== undefined);
      return Promise.resolve(found as Result[]);
    },
  };
  return { rows, asked, db };
}

let table = memoryTable();
beforeEach(() => {
  table = memoryTable();
});

function stored(keys = createConversationKeys({ masterKeys, cacheSize: 100 })): string {
  const id = randomUUID();
  const sealed = keys.create(id);
  table.rows.set(id, { id, sealed_key: sealed.sealedKey, master_key_id: sealed.masterKeyId });
  return id;
}

describe('load', () => {
  test('asks for the missing ones alone, each once, in one statement', async () => {
    const keys = createConversationKeys({ masterKeys, cacheSize: 100 });
    const [a, b, c] = [stored(), stored(), stored()];
    await keys.load(table.db, [a]);
    const ciphers = await keys.load(table.db, [a, b, c, b]);
    expect([...ciphers.keys()].sort()).toEqual([a, b, c].sort());
    expect(table.asked).toEqual([[a], [b, c]]);
    await keys.load(table.db, [a, b, c]);
    expect(table.asked).toHaveLength(2);
  });

  test('a conversation that does not exist is absent, and asked for again', async () => {
    const keys = createConversationKeys({ masterKeys, cacheSize: 100 });
    const absent = randomUUID();
    expect((await keys.load(table.db, [absent])).size).toBe(0);
    expect(keys.cached(absent)).toBeUndefined();
    await keys.load(table.db, [absent]);
    expect(table.asked).toHaveLength(2);
  });

  test('what one node sealed opens on another', async () => {
    const here = createConversationKeys({ masterKeys, cacheSize: 100 });
    const id = stored(here);
    const body = here.cached(id)?.seal('hello') ?? Buffer.alloc(0);
    const there = createConversationKeys({ masterKeys, cacheSize: 100 });
    expect((await there.load(table.db, [id])).get(id)?.open(body)).toBe('hello');
  });

  test('every conversation has a key of its own', async () => {
    const keys = createConversationKeys({ masterKeys, cacheSize: 100 });
    const [a, b] = [stored(keys), stored(keys)];
    const body = keys.cached(a)?.seal('hello') ?? Buffer.alloc(0);
    expect(() => keys.cached(b)?.open(body)).toThrow(SealBroken);
  });
});

describe('a key that does not open', () => {
  test('fails alone, naming the master key', async () => {
    const elsewhere = await readMasterKeys({ currentB64: newKey(), previousB64: [] });
    const lost = stored(createConversationKeys({ masterKeys: elsewhere, cacheSize: 1 }));
    const fine = stored();
    const keys = createConversationKeys({ masterKeys, cacheSize: 100 });
    const ciphers = await keys.load(table.db, [lost, fine]);
    expect(ciphers.get(fine)?.seal('x').length).toBeGreaterThan(0);
    expect(() => ciphers.get(lost)?.seal('x')).toThrow(
      new SealBroken(`master key ${elsewhere.currentId} is not configured`),
    );
    expect(keys.cached(lost)).toBeUndefined();
  });

  test('a sealed key moved to another conversation does not open there', async () => {
    const [a, b] = [stored(), stored()];
    const moved = table.rows.get(a);
    if (moved !== undefined) table.rows.set(b, { ...moved, id: b });
    const keys = createConversationKeys({ masterKeys, cacheSize: 100 });
    const cipher = (await keys.load(table.db, [b])).get(b);
    expect(() => cipher?.seal('x')).toThrow('belongs to another conversation');
  });
});

describe('cache', () => {
  test('never holds more than its size, and drops what was unused for longest', async () => {
    const keys = createConversationKeys({ masterKeys, cacheSize: 2 });
    const [a, b, c] = [stored(keys), stored(keys), randomUUID()];
    keys.cached(a);
    keys.create(c);
    expect(keys.cached(b)).toBeUndefined();
    expect(keys.cached(a)).toBeDefined();
    expect(keys.cached(c)).toBeDefined();
  });

  test('ciphers in use outlive their place in it', async () => {
    const keys = createConversationKeys({ masterKeys, cacheSize: 1 });
    const ids = [stored(keys), stored(keys), stored(keys)];
    const ciphers = await keys.load(table.db, ids);
    for (const id of ids) {
      const cipher = ciphers.get(id);
      expect(cipher?.open(cipher.seal('text'))).toBe('text');
    }
  });

  test('needs room for one', () => {
    expect(() => createConversationKeys({ masterKeys, cacheSize: 0 })).toThrow(RangeError);
  });
});
