/**
 * A thousand calls of people with several devices on three nodes, over a bus that loses what it
 * carries, with replies that get lost and nodes that die: whatever happened, everybody agrees.
 */
import { randomUUID } from 'node:crypto';
import type { Call } from '@nova/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Bus } from '#delivery/bus.js';
import type { Outgoing } from '#delivery/outgoing.js';
import { type CallScene, openCallScene } from '#testing/call-scene.js';
import { sql, users } from '#testing/scene.js';
import { Phone, random } from '#testing/simulated-phone.js';
import { openTestDatabase, type TestDatabase } from '#testing/test-database.js';
import { NovaError } from '../errors.ts';

const seed = 20_261_124;
const worlds = 4;
const callsPerWorld = 250;
const nodeCount = 3;

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

class World {
  readonly calls: CallScene;
  readonly phones: Phone[] = [];
  readonly chance: () => number;
  readonly dead = new Set<number>();
  since = '0';

  private constructor(calls: CallScene, chance: () => number) {
    this.calls = calls;
    this.chance = chance;
  }

  static async open(start: number): Promise<World> {
    const chance = random(start);
    const clone = await database.clone();
    const listeners = new Map<number, ((batch: readonly Outgoing[]) => void)[]>();
    let world: World | undefined;
    const busOf = (node: number): Bus => ({
      publish(batch) {
        for (const [to, heard] of listeners) {
          // The log is read again by whoever missed it; the rest is gone.
          const kept = batch.filter(
            ({ kind }) => kind === 'durable' || to === node || chance() > 0.15,
          );
          for (const listener of heard) listener(kept);
          world?.tell(to, kept);
        }
      },
      subscribe(listener) {
        listeners.set(node, [...(listeners.get(node) ?? []), listener]);
      },
      close: async () => undefined,
    });
    const deliver = (node: number, events: readonly Outgoing[]) => world?.tell(node, events);
    world = new World(await openCallScene(clone, nodeCount, { busOf, deliver }), chance);
    return world;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.chance() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  tell(node: number, batch: readonly Outgoing[]): void {
    for (const outgoing of batch) {
      if (outgoing.kind !== 'durable' && outgoing.kind !== 'state') continue;
      const frame = JSON.parse(String(outgoing.frame));
      for (const phone of this.phones) {
        if (phone.node !== node || this.dead.has(node)) continue;
        if (outgoing.recipients?.includes(phone.userId) === false) continue;
        if (outgoing.kind !== 'durable' && outgoing.exceptDeviceId === phone.deviceId) continue;
        phone.hear(frame);
      }
    }
  }

  /** What the tails of the nodes do every second while the bus does not carry. */
  async bring(): Promise<void> {
    await Promise.all(this.calls.nodes.map(({ tail }) => tail.bring(BigInt(this.since), false)));
  }

  /** A request whose reply may be lost: then it is sent again. */
  async ask(phone: Phone, name: string, input: object): Promise<Call | undefined> {
    const times = this.chance() < 0.1 ? 2 : 1;
    let reply: Call | undefined;
    for (let time = 0; time < times; time++) {
      try {
        const answer = (await phone.device.run(name as never, input as never)) as
          | Call
          | { call: Call };
        reply = 'call' in answer ? answer.call : answer;
      } catch (error) {
        if (!(error instanceof NovaError) || error.code === 'internal') throw error;
      }
    }
    if (reply !== undefined) phone.take(reply);
    return reply;
  }

  async kill(node: number): Promise<void> {
    this.dead.add(node);
    await sql(this.calls.scene.db, 'delete from call_nodes where id = $1', [
      this.calls.nodes[node]?.nodeId,
    ]);
    for (const phone of this.phones) if (phone.node === node) await this.move(phone);
    this.dead.delete(node);
  }

  /** A new socket, on another node: lists what is live and binds its leg. */
  async move(phone: Phone): Promise<void> {
    phone.node = Math.floor(this.chance() * nodeCount);
    phone.device = this.calls.device(phone.userId, phone.node, phone.deviceId);
    const { calls } = await phone.device.run('call.list', {});
    for (const call of calls) {
      phone.take(call);
      if (call.legId === undefined) continue;
      await this.ask(phone, 'call.resume', { callId: call.id, legId: call.legId });
    }
    for (const id of phone.rings) {
      if (!calls.some((call) => call.id === id))
        phone.take(await phone.device.run('call.get', { callId: id }));
    }
  }

  async beat(): Promise<void> {
    for (const { nodeId } of this.calls.nodes) {
      await sql(
        this.calls.scene.db,
        `insert into call_nodes values ($1, now()) on conflict (id) do update set seen_at = now()`,
        [nodeId],
      );
    }
  }
}

const acts = ['accept', 'accept', 'decline', 'cancel', 'leave', 'end', 'connected'] as const;

async function act(world: World, callId: string): Promise<void> {
  const phone = world.pick(world.phones);
  const dice = world.chance();
  if (dice < 0.08) phone.device.lose();
  if (dice < 0.14) return world.move(phone);
  if (dice < 0.17) {
    await world.kill(Math.floor(world.chance() * nodeCount));
    return;
  }
  if (dice < 0.3) return world.calls.pass(Math.floor(world.chance() * 40_000));
  const what = world.pick(acts);
  if (what === 'connected') await world.ask(phone, 'call.legState', { callId, state: 'connected' });
  else await world.ask(phone, `call.${what}`, { callId });
}

async function checkLegs(world: World, callId: string): Promise<Call> {
  const call = await world.pick(world.phones).device.run('call.get', { callId });
  for (const { legs } of call.participants) expect(legs.length).toBeLessThanOrEqual(1);
  return call;
}

/** Who answered, declined or cancelled rings nowhere any more, once the tails had their second. */
async function checkRings(world: World, call: Call): Promise<void> {
  await world.bring();
  const fresh = await checkLegs(world, call.id);
  const ringing = new Set(
    fresh.participants.filter(({ state }) => state === 'ringing').map(({ userId }) => userId),
  );
  for (const phone of world.phones) {
    if (fresh.state === 'ended' || !ringing.has(phone.userId)) {
      expect([phone.userId, phone.rings.has(call.id)]).toEqual([phone.userId, false]);
    }
  }
}

async function liveThrough(world: World, conversationId: string): Promise<string> {
  await world.beat();
  const starter = world.pick(world.phones);
  const started = await starter.device.run('call.start', {
    conversationId,
    kind: world.pick(['audio', 'video'] as const),
    idempotencyKey: randomUUID(),
  });
  starter.take(started);
  const steps = 2 + Math.floor(world.chance() * 7);
  for (let step = 0; step < steps; step++) {
    await act(world, started.id);
    await world.beat();
    await world.calls.nodes[0]?.scanner.scanNodes();
    await checkRings(world, started);
  }
  // Whoever is left hangs up, or time does it.
  if (world.chance() < 0.5) {
    for (const phone of world.phones) await world.ask(phone, 'call.leave', { callId: started.id });
  }
  for (const phone of world.phones) phone.device.lose();
  for (let round = 0; round < 30; round++) {
    await world.beat();
    await world.calls.nodes[0]?.scanner.scanNodes();
    await world.calls.pass(60_000);
    if ((await checkLegs(world, started.id)).state === 'ended') break;
  }
  return started.id;
}

async function checkOver(world: World, conversationId: string, callId: string): Promise<void> {
  await world.bring();
  const { db } = world.calls.scene;
  const call = await checkLegs(world, callId);
  expect(call.state).toBe('ended');
  expect(await sql(db, 'select from call_legs where call_id = $1', [callId])).toEqual([]);
  for (const phone of world.phones) {
    expect([phone.rings.size, phone.ends.get(callId)]).toEqual([0, call.endReason]);
    await world.move(phone);
  }
  for (const { userId } of call.participants) {
    const { calls } = await world.calls
      .device(userId)
      .run('call.history', { conversationId, limit: 5 });
    expect(calls.filter(({ id }) => id === callId)).toHaveLength(1);
  }
}

async function simulate(index: number): Promise<string[]> {
  const world = await World.open(seed + index);
  const ends: string[] = [];
  for (let count = 0; count < callsPerWorld; count++) {
    const people = users(count % 3 === 0 ? 4 : 2);
    const [first = '', ...others] = people;
    const { id: conversationId } =
      others.length === 1
        ? await world.calls.scene.direct(first, others[0] ?? '')
        : await world.calls.scene.group(first, others);
    const [{ horizon } = { horizon: '0' }] = await sql<{ horizon: string }>(
      world.calls.scene.db,
      'select pg_snapshot_xmin(pg_current_snapshot())::text as horizon',
    );
    world.since = horizon;
    world.phones.length = 0;
    for (const userId of people) {
      const devices = 1 + Math.floor(world.chance() * 3);
      for (let device = 0; device < devices; device++) {
        world.phones.push(new Phone(world.calls, userId, Math.floor(world.chance() * nodeCount)));
      }
    }
    const callId = await liveThrough(world, conversationId);
    await checkOver(world, conversationId, callId);
    ends.push(world.phones[0]?.ends.get(callId) ?? 'none');
    const messages = await world.calls.scene.call(first, 'message.list', { conversationId });
    expect(messages.messages.map(({ call }) => call?.id)).toEqual([callId]);
  }
  expect(world.calls.errors).toEqual([]);
  return ends;
}

it('a thousand calls end in one state on every device, once in every history', async () => {
  const ends = (
    await Promise.all(Array.from({ length: worlds }, (_, index) => simulate(index)))
  ).flat();
  expect(ends).toHaveLength(worlds * callsPerWorld);
  const reasons = new Set(ends);
  for (const reason of [
    'hungUp',
    'declined',
    'missed',
    'cancelled',
    'hostEnded',
    'connectionLost',
  ]) {
    expect(reasons).toContain(reason);
  }
}, 600_000);
