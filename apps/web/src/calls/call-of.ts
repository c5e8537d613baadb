import type { CallsView } from '@nova/client';
import type { Call } from '@nova/protocol';

/** The live call of a conversation, as this device stands to it. */
export type CallOf =
  | { readonly state: 'mine' | 'ringing' }
  /** Others are in it; `busy` where this device is in another one. */
  | { readonly state: 'joinable'; readonly call: Call; readonly busy: boolean };

export function callOf(view: CallsView, conversationId: string): CallOf | null {
  const { incoming, current, joinable } = view;
  const busy = current !== null && current.getSnapshot().phase !== 'ended';
  if (busy && current.conversationId === conversationId) return { state: 'mine' };
  const here = (call: { readonly conversationId: string }): boolean =>
    call.conversationId === conversationId;
  if (incoming.some(here)) return { state: 'ringing' };
  const call = joinable.find(here);
  return call === undefined ? null : { state: 'joinable', call, busy };
}

const words: Readonly<Record<CallOf['state'], string>> = {
  mine: 'You are in this call',
  ringing: 'Calling you…',
  joinable: 'Call in progress',
};

export const callOfWords = ({ state }: CallOf): string => words[state];
