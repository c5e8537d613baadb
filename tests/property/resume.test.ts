/**
 * Whatever users do and wherever a client is cut off: what it knew then and what a resume brings
 * make the state of a client that was there all the time, and of one that lists everything anew.
 */
import { randomUUID } from 'node:crypto';
import { type ConversationState, type NovaClient, snapshotOf } from '@nova/client';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { encodeCursor } from '../../apps/server/src/log/cursor.ts';
import { type Act, act, perform, type Things } from './acts.ts';
import { follow, listAll, listEvents, positionNow, type States } from './follower.ts';
import { openWorld, type World } from './world.ts';

const users = 4;
const runs = 30;
/** A slow machine stops early, but not before it has seen enough. */
const budgetMs = 120_000;
const leastScenes = 30;
const settleTimeoutMs = 5_000;

let world: World;
let database: pg.Pool;
beforeAll(async () => {
  world = await openWorld();
  database = new pg.Pool({ connectionString: world.connectionString, max: 2 });
});
afterAll(async () => {
  await database.end();
  await world.close();
});

/** Where a client is cut off, and how it comes back. */
interface Cut {
  /** After so many of the acts. */
  readonly after: number;
  readonly who: number;
  /** Resume from the newest position there is, or from the older one that clients are told. */
  readonly exact: boolean;
  /** Past so many missed rows of a conversation a snapshot is sent. */
  readonly rows: number;
}

const cut: fc.Arbitrary<Cut> = fc.record({
  after: fc.nat(30),
  who: fc.nat(users - 1),
  exact: fc.boolean(),
  rows: fc.constantFrom(1, 4, 200),
});

interface CutOff extends Cut {
  readonly states: States;
  readonly position: { readonly cursor: string; readonly epoch: string };
}

async function cutOff(cut: Cut, userId: string): Promise<CutOff> {
  const told = await positionNow(world, userId);
  const position = cut.exact ? { ...told, cursor: await newestCursor() } : told;
  return { ...cut, position, states: await listAll(world, userId) };
}

async function newestCursor(): Promise<string> {
  const { rows } = await database.query(
    'select pg_snapshot_xmin(pg_current_snapshot())::text as horizon',
  );
  return encodeCursor(BigInt(rows[0].horizon));
}

const stateIn = (client: NovaClient): States =>
  new Map(
    client.conversations.getSnapshot().flatMap(({ id }) => {
      const state = client.conversations.get(id)?.state;
      return state === undefined ? [] : [[id, state] as const];
    }),
  );

/** Facts of both, as far back as both have messages. */
function expectSame(found: States, expected: States, about: string): void {
  expect([...found.keys()].sort(), about).toEqual([...expected.keys()].sort());
  for (const [id, state] of found) {
    const other = expected.get(id);
    if (other === undefined || state.stale) continue;
    const count = Math.min(state.timeline.size, other.timeline.size);
    expect(facts(state, count), `${about} in ${id}`).toEqual(facts(other, count));
  }
}

// `slice(-0)` would be everything.
function facts(state: ConversationState, count: number) {
  const { messages, ...rest } = snapshotOf(state, Math.max(1, count));
  return count === 0 ? rest : { ...rest, messages };
}

/** Markers are gathered for a while before they are written: nobody waits for them in between. */
const marks: ReadonlySet<Act['what']> = new Set(['read', 'deliver']);

async function scene(acts: readonly (readonly Act[])[], cuts: readonly Cut[]): Promise<void> {
  const things: Things = {
    userIds: Array.from({ length: users }, () => randomUUID()),
    conversationIds: [],
    messages: [],
  };
  const steady = things.userIds.map((userId) => world.client(userId));
  const dropped = things.userIds.map((userId) => world.client(userId));
  const all = [...steady, ...dropped];
  try {
    for (const client of all) client.start();
    await Promise.all(all.map((client) => client.ready()));
    const gone: CutOff[] = [];
    const marking: Promise<void>[] = [];
    for (const [index, together] of acts.entries()) {
      for (const one of cuts) {
        if (one.after % acts.length !== index) continue;
        gone.push(await cutOff(one, things.userIds[one.who] ?? ''));
        dropped[one.who]?.connection.reconnect();
      }
      const done = together.flatMap((one) => {
        const client = steady[one.who];
        if (client === undefined) return [];
        const performed = perform(one, client, things);
        if (!marks.has(one.what)) return [performed];
        marking.push(performed);
        return [];
      });
      await Promise.all(done);
    }
    await Promise.all(marking);
    await compare(things.userIds, steady, dropped, gone);
  } finally {
    for (const client of all) client.close();
  }
}

async function compare(
  userIds: readonly string[],
  steady: readonly NovaClient[],
  dropped: readonly NovaClient[],
  gone: readonly CutOff[],
): Promise<void> {
  for (const [index, userId] of userIds.entries()) {
    const truth = await listAll(world, userId);
    const [always, back] = [steady[index], dropped[index]];
    if (always === undefined || back === undefined) throw new Error('a user without clients');
    await vi.waitFor(() => {
      expectSame(stateIn(always), truth, 'the client that was always there');
      expectSame(stateIn(back), truth, 'the client that was dropped');
    }, settleTimeoutMs);
    for (const { who, states, position, rows } of gone) {
      if (who !== index) continue;
      for (const event of await listEvents(world, userId, position, rows)) {
        follow(states, userId, event);
      }
      expectSame(states, truth, 'what was known and the replay');
      expectSame(states, stateIn(always), 'the replay and the client that was always there');
    }
  }
}

it('a snapshot and a replay make the state of a client that was never away', async () => {
  const founding: Act[] = [0, 1].map((who) => ({
    ...{ what: 'createGroup', who, whom: 0, where: 0, which: 15 },
  }));
  const one = fc.record({
    acts: fc.array(fc.array(act, { minLength: 1, maxLength: 3 }), { minLength: 5, maxLength: 25 }),
    cuts: fc.array(cut, { minLength: 1, maxLength: 4 }),
  });
  let scenes = 0;
  await fc.assert(
    // Scenes have their own users: several at once wait together and disturb each other's order.
    fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 6 }), async (together) => {
      scenes += together.length;
      await Promise.all(together.map(({ acts, cuts }) => scene([founding, ...acts], cuts)));
    }),
    { numRuns: runs, interruptAfterTimeLimit: budgetMs, markInterruptAsFailure: false },
  );
  expect(scenes).toBeGreaterThan(leastScenes);
}, 180_000);
