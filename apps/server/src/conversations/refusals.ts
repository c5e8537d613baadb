import type { LockedConversation } from '#log/locked-conversation.js';
import { NovaError } from '../errors.ts';

/** A direct conversation stays as it was made: two members, no title, no roles. */
export function refuseDirect(conversation: LockedConversation): void {
  if (conversation.kind === 'direct') {
    throw new NovaError('forbidden', 'a direct conversation cannot be changed or left');
  }
}

export const refuseRole = (act: string): NovaError =>
  new NovaError('forbidden', `this role may not ${act}`);

export const noSuchMember = (): NovaError => new NovaError('notFound', 'no such member');
