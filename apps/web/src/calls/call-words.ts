import { type CallEnd, type LiveCallView, NovaClientError } from '@nova/client';
import type { CallSummary } from '@nova/protocol';

const ends: Readonly<Record<CallEnd, string>> = {
  hungUp: 'Call ended',
  hostEnded: 'The host ended the call',
  declined: 'Declined',
  missed: 'No answer',
  cancelled: 'Call cancelled',
  busy: 'In another call',
  failed: 'The call could not be connected',
  connectionLost: 'The connection was lost',
  maxDuration: 'The call reached its longest duration',
  idle: 'Nobody else was in the call',
  left: 'You left the call',
  replaced: 'You took the call on another device',
};

export const endWords = (end: CallEnd): string => ends[end];

/** `4:07`, `1:02:30` */
export function durationWords(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1_000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** What stands below the name of whom one talks to; `seconds` since media flows. */
export function phaseWords({ phase, call, end }: LiveCallView, seconds: number): string {
  switch (phase) {
    case 'ringing':
      return 'Ringing…';
    case 'connecting':
      return 'Connecting…';
    case 'reconnecting':
      return 'Reconnecting…';
    case 'active':
      return call.startedAt === undefined ? 'Connected' : durationWords(seconds * 1_000);
    case 'ended':
      return end === null ? 'Call ended' : endWords(end);
  }
}

/** The entry a call leaves in its conversation. */
export function summaryWords({ kind, endReason, durationMs }: CallSummary, mine: boolean): string {
  const name = kind === 'video' ? 'Video call' : 'Audio call';
  if (durationMs !== undefined) return `${name}, ${durationWords(durationMs)}`;
  if (endReason === 'missed' || endReason === 'cancelled' || endReason === 'busy') {
    return mine ? `${name}, no answer` : `Missed ${name.toLowerCase()}`;
  }
  return endReason === 'declined' ? `${name} declined` : `${name} failed`;
}

/** The same promise, with words for the errors that a person can do something about. */
export async function explained<Value>(promise: Promise<Value>): Promise<Value> {
  try {
    return await promise;
  } catch (error) {
    const code = error instanceof NovaClientError ? String(error.code) : '';
    const words = helpful[code];
    throw words === undefined ? error : new Error(words, { cause: error });
  }
}

const helpful: Readonly<Record<string, string>> = {
  mediaDenied: 'Nova may not use your microphone or camera. Allow it beside the address bar.',
  callBusy: 'They are in another call.',
  callFull: 'The call is full.',
  callOver: 'The call is over.',
  answeredElsewhere: 'You are in this call on another device.',
};
