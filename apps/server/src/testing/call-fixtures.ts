/** Calls as the pure part of the room sees them. */
import { type Actor, newLeg } from '#calls/acts.js';
import type { CallFacts, CallRules } from '#calls/call-facts.js';

export const rules: CallRules = { maxDurationMs: 12 * 3_600_000, idleMs: 300_000, ringMs: 60_000 };
export const bornMs = 1_700_000_000_000;

export function actor(userId: string, device = 'phone'): Actor {
  const deviceId = `${userId}-${device}`;
  return { userId, deviceId, socket: { sessionId: `${deviceId}-socket`, nodeId: 'node' } };
}

export function ringingCall(others: readonly string[], direct = others.length === 1): CallFacts {
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
