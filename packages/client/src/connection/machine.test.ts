import { afterClose, closeCodes } from '@nova/protocol/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ConnectionEvent,
  type ConnectionState,
  type Effect,
  idleState,
  type Phase,
} from './connection-state.ts';
import { reduceConnection, transitions } from './machine.ts';

const around = { nowMs: 1_000_000, random: 0.5 };
const network = { code: 1006, message: 'gone' };

/** Runs events and returns the last outcome; `link` fields are filled in by the caller. */
function run(events: readonly ConnectionEvent[], from = idleState(true)) {
  let state = from;
  let effects: readonly Effect[] = [];
  for (const event of events) ({ state, effects } = reduceConnection(state, event, around));
  return { state, effects };
}

const toOnline: ConnectionEvent[] = [
  { type: 'start' },
  { type: 'tokenReady', token: 't' },
  { type: 'ready', link: 1, resumable: true },
  { type: 'synced', link: 1 },
];

describe('the way up', () => {
  it('goes from a token to a synced link', () => {
    expect(run(toOnline.slice(0, 1)).effects).toEqual([{ type: 'fetchToken', fresh: false }]);
    expect(run(toOnline.slice(0, 2)).effects).toEqual([{ type: 'open', link: 1, token: 't' }]);
    expect(run(toOnline.slice(0, 3)).effects).toEqual([{ type: 'sync', link: 1, mode: 'resume' }]);
    const { state, effects } = run(toOnline);
    expect(effects).toEqual([{ type: 'serve', link: 1 }]);
    expect(state).toMatchObject({ phase: 'online', serving: 1, reason: null });
  });

  it('lists afresh where there is nothing to resume from, or the server refuses to', () => {
    const notResumable = { type: 'ready', link: 1, resumable: false } as const;
    expect(run([...toOnline.slice(0, 2), notResumable]).effects).toEqual([
      { type: 'sync', link: 1, mode: 'afresh' },
    ]);
    expect(run([...toOnline.slice(0, 3), { type: 'syncRefused', link: 1 }]).effects).toEqual([
      { type: 'sync', link: 1, mode: 'afresh' },
    ]);
  });
});

describe('a loss', () => {
  it.each(Object.entries(closeCodes))('by %s does what the contract says', (_name, { code }) => {
    const { state } = run([...toOnline, { type: 'lost', link: 1, reason: { code, message: '' } }]);
    const after = afterClose(code);
    expect(state.phase).toBe(after === 'stop' ? 'closed' : 'waiting');
    expect(state.freshToken).toBe(after === 'freshToken');
    expect(state.sync).toBe(after === 'listAfresh' ? 'afresh' : 'resume');
    expect(state.serving).toBeNull();
  });

  it('stops for an expired token that cannot be renewed', () => {
    const lost = { type: 'lost', link: 1, reason: { code: 4101, message: '' } } as const;
    expect(run([...toOnline, lost], idleState(false)).state.phase).toBe('closed');
  });

  it('asks for a fresh token after two tries that never became ready', () => {
    const fail = (link: number): ConnectionEvent[] => [
      { type: 'tokenReady', token: 't' },
      { type: 'lost', link, reason: network },
      { type: 'retryDue' },
    ];
    expect(run([{ type: 'start' }, ...fail(1)]).effects).toEqual([
      { type: 'fetchToken', fresh: false },
    ]);
    expect(run([{ type: 'start' }, ...fail(1), ...fail(2)]).effects).toEqual([
      { type: 'fetchToken', fresh: true },
    ]);
  });

  it('waits longer with every try, never more than 30 s, and from the start once it held', () => {
    let { state } = run([{ type: 'start' }]);
    const delays: number[] = [];
    for (let link = 1; link <= 10; link += 1) {
      for (const event of [
        { type: 'tokenReady', token: 't' },
        { type: 'lost', link, reason: network },
      ] as const) {
        const outcome = reduceConnection(state, event, { nowMs: 0, random: 0.999_999 });
        state = outcome.state;
        for (const effect of outcome.effects) {
          if (effect.type === 'schedule') delays.push(effect.delayMs);
        }
      }
      state = reduceConnection(state, { type: 'retryDue' }, around).state;
    }
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000]);
    const failed = { type: 'lost', link: state.link, reason: network } as const;
    const urgent = { nowMs: 0, random: 0.999_999, longestWaitMs: 5_000 };
    expect(reduceConnection({ ...state, phase: 'opening' }, failed, urgent).effects).toContainEqual(
      { type: 'schedule', delayMs: 5_000 },
    );
    const held = { ...run(toOnline).state, attempt: 5 };
    const lost = { type: 'lost', link: 1, reason: network } as const;
    // It came up, if not for long: the service is there.
    expect(reduceConnection(held, lost, { nowMs: 1_009_000, random: 0 }).state.attempt).toBe(4);
    expect(reduceConnection(held, lost, { nowMs: 1_011_000, random: 0 }).state.attempt).toBe(1);
  });
});

describe('a move', () => {
  const draining = { type: 'draining', link: 1, afterMs: 700 } as const;
  const moving: ConnectionEvent[] = [
    ...toOnline,
    draining,
    { type: 'retryDue' },
    { type: 'tokenReady', token: 't' },
  ];

  it('waits as long as the server says, while the old link serves', () => {
    const { state, effects } = run([...toOnline, draining]);
    expect(effects).toEqual([{ type: 'schedule', delayMs: 700 }]);
    expect(state).toMatchObject({ phase: 'waiting', serving: 1 });
  });

  it('drops the old link when the new one is synced, not before', () => {
    const ready = { type: 'ready', link: 2, resumable: true } as const;
    expect(run(moving).state).toMatchObject({ phase: 'opening', link: 2, serving: 1 });
    expect(run([...moving, ready]).state.serving).toBe(1);
    expect(run([...moving, ready, { type: 'synced', link: 2 }])).toMatchObject({
      state: { phase: 'online', serving: 2 },
      effects: [
        { type: 'serve', link: 2 },
        { type: 'drop', link: 1 },
      ],
    });
  });

  it('goes on when the old link ends, even as replaced by our own new one', () => {
    const replaced = { type: 'lost', link: 1, reason: { code: 4509, message: '' } } as const;
    expect(run([...moving, replaced]).state).toMatchObject({ phase: 'opening', serving: null });
  });

  it('stops when somebody else replaces the only link', () => {
    const replaced = { type: 'lost', link: 1, reason: { code: 4509, message: '' } } as const;
    expect(run([...toOnline, draining, replaced]).state.phase).toBe('closed');
  });

  it('brings the next try forward when the old link ends early', () => {
    const lost = { type: 'lost', link: 1, reason: network } as const;
    const far = { type: 'draining', link: 1, afterMs: 20_000 } as const;
    expect(run([...toOnline, far, lost]).effects).toEqual([
      { type: 'unschedule' },
      { type: 'schedule', delayMs: 250 },
    ]);
  });
});

describe('the network of the device', () => {
  it('ends everything when it goes and starts at once when it is back', () => {
    const gone = run([...toOnline, { type: 'networkLost' }]);
    expect(gone).toMatchObject({
      state: { phase: 'offline' },
      effects: [{ type: 'drop', link: 1 }],
    });
    expect(run([{ type: 'networkFound' }], gone.state).effects).toEqual([
      { type: 'fetchToken', fresh: false },
    ]);
  });

  it('cuts a back-off short', () => {
    const lost = { type: 'lost', link: 1, reason: network } as const;
    const { effects } = run([...toOnline, lost, { type: 'networkFound' }]);
    expect(effects).toEqual([{ type: 'unschedule' }, { type: 'fetchToken', fresh: false }]);
  });
});

/** The world around the machine: links that are open, the timer that runs. */
class World {
  state: ConnectionState;
  readonly open = new Set<number>();
  timer = false;

  constructor(renewable: boolean) {
    this.state = idleState(renewable);
  }

  step(event: ConnectionEvent, random = 0.5): void {
    if (event.type === 'retryDue') this.timer = false;
    if (event.type === 'lost') this.open.delete(event.link);
    const outcome = reduceConnection(this.state, event, { nowMs: 5, random });
    this.state = outcome.state;
    for (const effect of outcome.effects) this.#run(effect);
  }

  #run(effect: Effect): void {
    if (effect.type === 'open') this.open.add(effect.link);
    if (effect.type === 'drop') expect(this.open.delete(effect.link)).toBe(true);
    if (effect.type === 'serve' || effect.type === 'sync') {
      expect(this.open.has(effect.link)).toBe(true);
    }
    if (effect.type === 'unschedule') this.timer = false;
    if (effect.type === 'schedule') {
      expect(this.timer).toBe(false);
      this.timer = true;
    }
  }

  /** What can happen now: sockets speak only while they are open, timers only while they run. */
  possible(link: number, code: number): ConnectionEvent[] {
    const reason = { code, message: '' };
    const everywhere: ConnectionEvent[] = [
      { type: 'start' },
      { type: 'tokenReady', token: 't' },
      { type: 'tokenFailed', message: 'no', final: code === 4501 },
      { type: 'networkLost' },
      { type: 'networkFound' },
    ];
    const linked: ConnectionEvent[] = this.open.has(link)
      ? [
          { type: 'ready', link, resumable: code % 2 === 0 },
          { type: 'synced', link },
          { type: 'syncRefused', link },
          { type: 'lost', link, reason },
          { type: 'draining', link, afterMs: 10 },
        ]
      : [];
    return [...everywhere, ...linked, ...(this.timer ? ([{ type: 'retryDue' }] as const) : [])];
  }

  check(): void {
    const { phase, link, serving, retryAtMs } = this.state;
    expect(this.timer).toBe(phase === 'waiting');
    expect(retryAtMs !== null).toBe(phase === 'waiting');
    const wanted = new Set<number>(serving === null ? [] : [serving]);
    if (phase === 'opening' || phase === 'syncing' || phase === 'online') wanted.add(link);
    expect([...this.open].sort()).toEqual([...wanted].sort());
    if (phase === 'online') expect(serving).toBe(link);
  }
}

const codes = [...Object.values(closeCodes).map(({ code }) => code), 1000, 1001, 1006, 1009];
const happening = fc.record({
  pick: fc.nat(),
  newest: fc.boolean(),
  code: fc.constantFrom(...codes),
  random: fc.double({ min: 0, max: 0.999, noNaN: true }),
});

describe('whatever happens', () => {
  it('the table answers every event in every state', () => {
    const phases = Object.keys(transitions) as Phase[];
    const events = Object.keys(transitions.idle);
    expect(phases).toHaveLength(8);
    for (const phase of phases) expect(Object.keys(transitions[phase])).toEqual(events);
  });

  it('no socket leaks, at most one timer runs, and it always finds its way back', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(happening, { maxLength: 60 }), (renewable, story) => {
        const world = new World(renewable);
        for (const { pick, newest, code, random } of story) {
          const link = newest ? world.state.link : Math.min(...world.open);
          const possible = world.possible(link, code);
          const event = possible[pick % possible.length];
          if (event !== undefined) world.step(event, random);
          world.check();
        }
        recover(world);
        expect(world.state.phase).toBe('online');
        world.step({ type: 'stop' });
        expect(world.state.phase).toBe('closed');
        expect(world.open.size).toBe(0);
        expect(world.timer).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Everything works from now on. */
function recover(world: World): void {
  for (let turn = 0; turn < 12 && world.state.phase !== 'online'; turn += 1) {
    const { phase, link } = world.state;
    const next: Record<Phase, ConnectionEvent> = {
      idle: { type: 'start' },
      closed: { type: 'start' },
      offline: { type: 'networkFound' },
      waiting: { type: 'retryDue' },
      authorizing: { type: 'tokenReady', token: 't' },
      opening: { type: 'ready', link, resumable: true },
      syncing: { type: 'synced', link },
      online: { type: 'start' },
    };
    world.step(next[phase]);
    world.check();
  }
}
