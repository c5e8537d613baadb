import type { CallsView, IncomingCall, LiveCall, LiveCallView } from '@nova/client';
import type { Call } from '@nova/protocol';
import { expect, it } from 'vitest';
import { callOf } from './call-of.ts';

const call = { id: 'call', conversationId: 'here' } as Call;
const nothing: CallsView = { incoming: [], current: null, joinable: [] };
const current = (conversationId: string, phase: LiveCallView['phase']): LiveCall =>
  ({ conversationId, getSnapshot: () => ({ phase }) }) as LiveCall;

it('a conversation has no call but its own', () => {
  expect(callOf(nothing, 'here')).toBe(null);
  expect(callOf({ ...nothing, joinable: [call] }, 'elsewhere')).toBe(null);
});

it('others are in it: it can be joined, by who is in no other', () => {
  const view = { ...nothing, joinable: [call] };
  expect(callOf(view, 'here')).toEqual({ state: 'joinable', call, busy: false });
  const elsewhere = { ...view, current: current('elsewhere', 'active') };
  expect(callOf(elsewhere, 'here')).toMatchObject({ state: 'joinable', busy: true });
  const over = { ...view, current: current('here', 'ended') };
  expect(callOf(over, 'here')).toMatchObject({ state: 'joinable', busy: false });
});

it('what rings here and what this device is in say so', () => {
  const incoming = [{ conversationId: 'here' } as IncomingCall];
  expect(callOf({ ...nothing, incoming }, 'here')).toEqual({ state: 'ringing' });
  const inIt = { ...nothing, incoming, current: current('here', 'connecting') };
  expect(callOf(inIt, 'here')).toEqual({ state: 'mine' });
});
