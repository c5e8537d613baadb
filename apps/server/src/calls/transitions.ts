/**
 * The states of a call.
 *
 *     call.start
 *         │
 *     ┌───▼────┐ answered ┌────────────┐ flowing ┌────────┐ broken ┌──────────────┐
 *     │ringing ├─────────►│ connecting ├────────►│ active ├───────►│ reconnecting │
 *     └───┬────┘          └──┬───────▲─┘         └─┬────┬─┘◄───────┴──┬────┬──────┘
 *         │                  │       └── alone ────┴────│── flowing ──│────┘
 *         │ declined, missed │ failed, hungUp           │ hungUp      │ connectionLost
 *         │ cancelled, busy  │ hostEnded, idle          │ hostEnded   │ hungUp, hostEnded
 *         │ connectionLost   │ maxDuration              │ maxDuration │ maxDuration
 *     ┌───▼──────────────────▼──────────────────────────▼─────────────▼──┐
 *     │                              ended                              │
 *     └──────────────────────────────────────────────────────────────────┘
 */
import type { CallEndReason, CallState } from '@nova/protocol';

/** What can happen to a call as a whole. */
export const callEvents = [
  /** A second user joined. */
  'answered',
  /** All who were rung declined. */
  'refused',
  /** All who would have been rung are in another call. */
  'occupied',
  /** It rang long enough and nobody came. */
  'unanswered',
  /** Who called took it back, or left while it rang. */
  'cancelled',
  /** Media flows between two at least. */
  'flowing',
  /** It flowed, and now there are no two between whom it does. */
  'broken',
  /** Somebody in a group is alone. */
  'alone',
  /** A leg owed media for too long and nobody is left to talk to. */
  'unconnected',
  /** Somebody left and nobody is left to talk to. */
  'abandoned',
  /** Somebody did not come back and nobody is left to talk to. */
  'lost',
  'hostEnded',
  'tooLong',
  'idle',
] as const;
export type CallEvent = (typeof callEvents)[number];

/** `same`: means nothing in this state. Any reason of an end leads to `ended`. */
export type Next = Exclude<CallState, 'ended'> | CallEndReason | 'same';

const ends = {
  refused: 'same',
  occupied: 'same',
  unanswered: 'same',
  cancelled: 'hungUp',
  unconnected: 'failed',
  abandoned: 'hungUp',
  lost: 'connectionLost',
  hostEnded: 'hostEnded',
  tooLong: 'maxDuration',
  idle: 'idle',
} as const;

export const transitions: Readonly<Record<CallState, Readonly<Record<CallEvent, Next>>>> = {
  ringing: {
    answered: 'connecting',
    refused: 'declined',
    occupied: 'busy',
    unanswered: 'missed',
    cancelled: 'cancelled',
    flowing: 'same',
    broken: 'same',
    alone: 'same',
    unconnected: 'failed',
    abandoned: 'cancelled',
    lost: 'connectionLost',
    hostEnded: 'cancelled',
    tooLong: 'maxDuration',
    idle: 'idle',
  },
  connecting: { ...ends, answered: 'same', flowing: 'active', broken: 'same', alone: 'same' },
  active: {
    ...ends,
    answered: 'same',
    flowing: 'same',
    broken: 'reconnecting',
    alone: 'connecting',
  },
  reconnecting: {
    ...ends,
    answered: 'same',
    flowing: 'active',
    broken: 'same',
    alone: 'connecting',
  },
  ended: {
    answered: 'same',
    refused: 'same',
    occupied: 'same',
    unanswered: 'same',
    cancelled: 'same',
    flowing: 'same',
    broken: 'same',
    alone: 'same',
    unconnected: 'same',
    abandoned: 'same',
    lost: 'same',
    hostEnded: 'same',
    tooLong: 'same',
    idle: 'same',
  },
};

const states: ReadonlySet<string> = new Set<CallState>(Object.keys(transitions) as CallState[]);

/** A state, or the reason for which the call is over. */
export function nextOf(
  state: CallState,
  event: CallEvent,
): { readonly state: CallState } | { readonly endReason: CallEndReason } {
  const next = transitions[state][event];
  if (next === 'same') return { state };
  return isState(next) ? { state: next } : { endReason: next };
}

const isState = (next: Next): next is Exclude<CallState, 'ended'> => states.has(next);
