import { limits } from '@nova/protocol/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NovaError } from '../errors.ts';
import {
  type Actor,
  cancel,
  decline,
  depart,
  detach,
  end,
  join,
  leave,
  newLeg,
  type Outcome,
  remove,
  resume,
  setFlow,
  setMedia,
} from './acts.ts';
import { type CallFacts, type CallRules, joined, participantOf } from './call-facts.ts';
import { deadlineOf, passTime } from './deadlines.ts';
import { callEvents, nextOf, transitions } from './transitions.ts';

const rules: CallRules = { maxDurationMs: 12 * 3_600_000, idleMs: 300_000 };
const bornMs = 1_700_000_000_000;

function actor(userId: string, device = 'phone'): Actor {
  const deviceId = `${userId}-${device}`;
  return { userId, deviceId, socket: { sessionId: `${deviceId}-socket`, nodeId: 'node' } };
}

function ringingCall(others: readonly string[], direct = others.length === 1): CallFacts {
  const empty: CallFacts = {
    id: 'call',
    conversationId: 'conversation',
    kind: 'video',
    direct,
    createdBy: 'ana',
    state: 'ringing',
    version: 1,
    createdMs: bornMs,
    participants: [],
  };
  const leg = newLeg(empty, actor('ana'), 'ana-leg', bornMs);
  const ringing = others.map((userId) => ({ userId, state: 'ringing' as const, epoch: 0 }));
  const ana = { userId: 'ana', state: 'joined' as const, epoch: 1, joinedMs: bornMs, leg };
  return { ...empty, participants: [ana, ...ringing] };
}

const accept = (call: CallFacts, userId: string, atMs = bornMs + 1_000, device?: string) =>
  join(call, actor(userId, device), undefined, atMs).call;
const flowing = (call: CallFacts, atMs = bornMs + 2_000) =>
  ['ana', 'bob'].reduce((now, user) => setFlow(now, actor(user), 'connected', atMs).call, call);
const activeCall = () => flowing(accept(ringingCall(['bob']), 'bob'));

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof NovaError) return error.code;
  }
  return 'none';
}

describe('the table', () => {
  it('has a cell for every state and event, and nothing leads out of the end', () => {
    for (const [state, row] of Object.entries(transitions)) {
      expect([state, Object.keys(row).toSorted()]).toEqual([state, [...callEvents].toSorted()]);
    }
    for (const event of callEvents) expect(nextOf('ended', event)).toEqual({ state: 'ended' });
  });
});

describe('a call of two', () => {
  it('rings, connects, is active and is hung up', () => {
    const ringing = ringingCall(['bob']);
    const connecting = accept(ringing, 'bob');
    expect([ringing.state, connecting.state]).toEqual(['ringing', 'connecting']);
    const active = flowing(connecting);
    expect(active).toMatchObject({ state: 'active', startedMs: bornMs + 2_000 });
    const over = leave(active, actor('bob'), bornMs + 60_000).call;
    expect(over).toMatchObject({ state: 'ended', endReason: 'hungUp', endedMs: bornMs + 60_000 });
    expect(joined(over)).toEqual([]);
  });

  it.each([
    ['declined', (call: CallFacts) => decline(call, actor('bob'), bornMs + 1)],
    ['cancelled', (call: CallFacts) => cancel(call, actor('ana'), bornMs + 1)],
    ['cancelled', (call: CallFacts) => leave(call, actor('ana'), bornMs + 1)],
    ['declined', (call: CallFacts) => end(call, actor('bob'), false, bornMs + 1)],
    ['declined', (call: CallFacts) => leave(call, actor('bob'), bornMs + 1)],
    ['missed', (call: CallFacts) => passTime(call, rules, bornMs + limits.callRingMs)],
    ['missed', (call: CallFacts) => remove(call, 'bob', bornMs + 1)],
  ] as const)('is %s while it rings', (reason, act) => {
    expect(act(ringingCall(['bob'])).call).toMatchObject({ state: 'ended', endReason: reason });
  });

  it('fails where no media flows in time, and is lost where it stops for too long', () => {
    const connecting = accept(ringingCall(['bob']), 'bob', bornMs);
    expect(passTime(connecting, rules, bornMs + limits.callConnectMs - 1).call).toBe(connecting);
    const failed = passTime(connecting, rules, bornMs + limits.callConnectMs).call;
    expect(failed.endReason).toBe('failed');
    const broken = setFlow(activeCall(), actor('bob'), 'broken', bornMs + 5_000).call;
    expect(broken.state).toBe('reconnecting');
    const back = setFlow(broken, actor('bob'), 'connected', bornMs + 9_000).call;
    expect(back).toMatchObject({ state: 'active', startedMs: bornMs + 2_000 });
    const lost = passTime(broken, rules, bornMs + 5_000 + limits.callGraceMs).call;
    expect(lost.endReason).toBe('connectionLost');
  });

  it('outlives a lost socket for the grace, and no longer', () => {
    const active = activeCall();
    const without = detach(active, ({ deviceId }) =>
      deviceId === 'bob-phone' ? bornMs + 5_000 : undefined,
    ).call;
    expect(without.state).toBe('active');
    const leg = participantOf(without, 'bob')?.leg;
    const back = resume(without, actor('bob'), leg?.id ?? '', bornMs + 20_000).call;
    expect(passTime(back, rules, bornMs + 60_000).call).toBe(back);
    const gone = passTime(without, rules, bornMs + 5_000 + limits.callGraceMs).call;
    expect(gone).toMatchObject({ state: 'ended', endReason: 'connectionLost' });
    expect(participantOf(gone, 'bob')?.state).toBe('lost');
  });

  it('warns a minute before its longest duration, once, and ends with it', () => {
    const active = activeCall();
    const endsMs = bornMs + 2_000 + rules.maxDurationMs;
    const warned = passTime(active, rules, endsMs - limits.callExpiringMs);
    expect(warned).toMatchObject({ expiring: true, call: { state: 'active', warned: true } });
    expect(passTime(warned.call, rules, endsMs - 1)).toMatchObject({ call: warned.call });
    expect(passTime(warned.call, rules, endsMs - 1).expiring).toBeUndefined();
    expect(passTime(warned.call, rules, endsMs).call.endReason).toBe('maxDuration');
  });
});

describe('devices', () => {
  it('of one user: the first wins, the others hear of it, a second is refused', () => {
    const outcome = join(ringingCall(['bob']), actor('bob', 'phone'), undefined, bornMs);
    expect(outcome.legsEnded).toEqual([
      { userId: 'bob', reason: 'answeredElsewhere', exceptDeviceId: 'bob-phone' },
    ]);
    const again = () => join(outcome.call, actor('bob', 'tablet'), undefined, bornMs);
    expect(codeOf(again)).toBe('answeredElsewhere');
    expect(codeOf(() => decline(outcome.call, actor('bob', 'tablet'), bornMs))).toBe(
      'answeredElsewhere',
    );
    expect(join(outcome.call, actor('bob', 'phone'), undefined, bornMs).call).toBe(outcome.call);
  });

  it('take over from one that was lost, with another leg and a later epoch', () => {
    const lost = detach(activeCall(), () => bornMs + 5_000).call;
    const taken = join(lost, actor('bob', 'tablet'), 'new-leg', bornMs + 6_000);
    expect(participantOf(taken.call, 'bob')).toMatchObject({
      epoch: 2,
      leg: { id: 'new-leg', epoch: 2, deviceId: 'bob-tablet' },
    });
    expect(taken.legsEnded).toMatchObject([{ userId: 'bob', reason: 'replaced' }]);
    const old = participantOf(lost, 'bob')?.leg?.id ?? '';
    expect(codeOf(() => resume(taken.call, actor('bob'), old, bornMs + 7_000))).toBe('callOver');
  });

  it('cannot take a leg id that stands for somebody else', () => {
    const call = ringingCall(['bob']);
    expect(codeOf(() => join(call, actor('bob'), 'ana-leg', bornMs))).toBe('idConflict');
  });
});

describe('a group', () => {
  const group = () => ringingCall(['bob', 'eva', 'kim']);

  it('goes on while somebody is there, and ends after somebody was alone for too long', () => {
    const three = accept(flowing(accept(group(), 'bob')), 'eva');
    const two = leave(three, actor('ana'), bornMs + 5_000).call;
    expect(two.state).not.toBe('ended');
    const one = leave(two, actor('bob'), bornMs + 6_000).call;
    expect(one).toMatchObject({ state: 'connecting', aloneSinceMs: bornMs + 6_000 });
    const rung = passTime(one, rules, bornMs + limits.callRingMs).call;
    expect(participantOf(rung, 'kim')?.state).toBe('missed');
    const over = passTime(rung, rules, bornMs + 6_000 + rules.idleMs).call;
    expect(over).toMatchObject({ state: 'ended', endReason: 'idle' });
  });

  it('is declined when all decline, missed when one does not answer', () => {
    const two = decline(decline(group(), actor('bob'), bornMs).call, actor('eva'), bornMs).call;
    expect(two.state).toBe('ringing');
    expect(decline(two, actor('kim'), bornMs).call.endReason).toBe('declined');
    expect(passTime(group(), rules, bornMs + limits.callRingMs).call.endReason).toBe('missed');
  });

  it('is ended for all by who started it, or an admin', () => {
    const call = accept(group(), 'bob');
    expect(codeOf(() => end(call, actor('bob'), false, bornMs))).toBe('forbidden');
    expect(end(call, actor('bob'), true, bornMs).call.endReason).toBe('hostEnded');
    expect(end(call, actor('ana'), false, bornMs).call.endReason).toBe('hostEnded');
  });

  it('has a bound', () => {
    const names = Array.from({ length: limits.callParticipants }, (_, index) => `user${index}`);
    const full = names.slice(1).reduce((call, user) => accept(call, user), ringingCall(names));
    expect(joined(full)).toHaveLength(limits.callParticipants);
    expect(codeOf(() => accept(full, 'user0'))).toBe('callFull');
  });

  it('takes back who left', () => {
    const call = leave(accept(accept(group(), 'bob'), 'eva'), actor('bob'), bornMs).call;
    const back = accept(call, 'bob');
    expect(participantOf(back, 'bob')).toMatchObject({ state: 'joined', epoch: 2 });
  });
});

describe('whatever happens', () => {
  const people = ['ana', 'bob', 'eva', 'kim', 'lea', 'max', 'nil', 'ora'];
  const act = fc.record({
    what: fc.constantFrom(
      ...(['join', 'rejoin', 'decline', 'cancel', 'leave', 'end', 'remove', 'connected'] as const),
      ...(['broken', 'mute', 'detach', 'resume', 'wait', 'tick', 'depart'] as const),
    ),
    who: fc.constantFrom(...people),
    device: fc.constantFrom('phone', 'tablet'),
    ms: fc.integer({ min: 0, max: 40_000 }),
  });
  type Step = typeof act extends fc.Arbitrary<infer Value> ? Value : never;

  function run(call: CallFacts, { what, who, device }: Step, nowMs: number): Outcome {
    const by = actor(who, device);
    const present = participantOf(call, who);
    switch (what) {
      case 'join':
        return join(call, by, undefined, nowMs);
      case 'rejoin':
        return join(call, by, `leg-${nowMs}-${who}-${device}`, nowMs);
      case 'decline':
        return decline(call, by, nowMs);
      case 'cancel':
        return cancel(call, by, nowMs);
      case 'leave':
        return leave(call, by, nowMs);
      case 'end':
        return end(call, by, device === 'tablet', nowMs);
      case 'remove':
        return remove(call, who, nowMs);
      case 'connected':
      case 'broken':
        return setFlow(call, by, what, nowMs);
      case 'mute':
        return setMedia(call, by, { microphone: device === 'phone' });
      case 'detach':
        return detach(call, (leg) => (leg.deviceId === by.deviceId ? nowMs : undefined));
      case 'resume':
        return resume(call, by, present?.leg?.id ?? 'none', nowMs);
      case 'depart':
        return present?.leg === undefined ? { call } : depart(call, present, 'lost', nowMs);
      default:
        return passTime(call, rules, nowMs);
    }
  }

  function check(call: CallFacts): void {
    const present = joined(call);
    expect(new Set(call.participants.map(({ userId }) => userId)).size).toBe(
      call.participants.length,
    );
    expect(new Set(present.map(({ leg }) => leg.id)).size).toBe(present.length);
    expect(present.length).toBeLessThanOrEqual(limits.callParticipants);
    for (const participant of call.participants) {
      expect(participant.leg !== undefined).toBe(
        participant.state === 'joined' && call.state !== 'ended',
      );
      if (participant.leg !== undefined) expect(participant.leg.epoch).toBe(participant.epoch);
    }
    const over = call.state === 'ended';
    expect([call.endReason !== undefined, call.endedMs !== undefined]).toEqual([over, over]);
    expect(deadlineOf(call, rules) === undefined).toBe(over);
    if (over) expect(call.participants.some(({ state }) => state === 'ringing')).toBe(false);
    if (call.state === 'ringing') expect(present.map(({ userId }) => userId)).toEqual(['ana']);
    const needed = {
      ringing: 1,
      connecting: call.direct ? 2 : 1,
      active: 2,
      reconnecting: 2,
      ended: 0,
    };
    expect(present.length).toBeGreaterThanOrEqual(needed[call.state]);
    const connected = present.filter(({ leg }) => leg.flow === 'connected').length;
    if (call.state === 'active') expect(connected).toBeGreaterThan(1);
    if (call.state === 'reconnecting') expect(connected).toBeLessThan(2);
  }

  it('a call keeps its promises, and time alone ends it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 8 }),
        fc.array(act, { maxLength: 60 }),
        (size, steps) => {
          let call = ringingCall(people.slice(1, size));
          let nowMs = bornMs;
          check(call);
          for (const step of steps) {
            nowMs += step.ms;
            const before = call;
            try {
              call = run(passTime(call, rules, nowMs).call, step, nowMs).call;
            } catch (error) {
              if (!(error instanceof NovaError)) throw error;
              call = passTime(before, rules, nowMs).call;
            }
            check(call);
            if (before.state === 'ended') expect(call).toBe(before);
          }
          for (let rounds = 0; call.state !== 'ended'; rounds++) {
            expect(rounds).toBeLessThan(40);
            const due = deadlineOf(call, rules) ?? Number.NaN;
            call = passTime(call, rules, Math.max(due, nowMs)).call;
            check(call);
          }
        },
      ),
      { numRuns: 2_000, seed: 20_261_124 },
    );
  });
});
