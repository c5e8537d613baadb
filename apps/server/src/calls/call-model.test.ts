import { limits } from '@nova/protocol/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actor, bornMs, ringingCall, rules } from '#testing/call-fixtures.js';
import { NovaError } from '../errors.ts';
import {
  cancel,
  decline,
  depart,
  detach,
  end,
  join,
  leave,
  type Outcome,
  remove,
  resume,
  setFlow,
  setMedia,
} from './acts.ts';
import { type CallFacts, joined, participantOf } from './call-facts.ts';
import { deadlineOf, passTime } from './deadlines.ts';

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
