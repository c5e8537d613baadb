import { limits } from '@nova/protocol/wire';
import { describe, expect, it } from 'vitest';
import { actor, bornMs, ringingCall, rules } from '#testing/call-fixtures.js';
import { NovaError } from '../errors.ts';
import { cancel, decline, detach, end, join, leave, remove, resume, setFlow } from './acts.ts';
import { type CallFacts, joined, participantOf } from './call-facts.ts';
import { passTime } from './deadlines.ts';
import { callEvents, nextOf, transitions } from './transitions.ts';

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
    ['missed', (call: CallFacts) => passTime(call, rules, bornMs + rules.ringMs)],
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
    const rung = passTime(one, rules, bornMs + rules.ringMs).call;
    expect(participantOf(rung, 'kim')?.state).toBe('missed');
    const over = passTime(rung, rules, bornMs + 6_000 + rules.idleMs).call;
    expect(over).toMatchObject({ state: 'ended', endReason: 'idle' });
  });

  it('is declined when all decline, missed when one does not answer', () => {
    const two = decline(decline(group(), actor('bob'), bornMs).call, actor('eva'), bornMs).call;
    expect(two.state).toBe('ringing');
    expect(decline(two, actor('kim'), bornMs).call.endReason).toBe('declined');
    expect(passTime(group(), rules, bornMs + rules.ringMs).call.endReason).toBe('missed');
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
