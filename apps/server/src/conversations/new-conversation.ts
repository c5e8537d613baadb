/** What is asked for when a conversation is created, checked and put in order. */
import type { InputOf, OperationByName, Role } from '@nova/protocol';
import { invalidField, NovaError } from '../errors.ts';
import { checkTitle } from './check-title.ts';

type Input = InputOf<OperationByName<'conversation.create'>>;

export interface WantedDirect {
  readonly kind: 'direct';
  readonly pair: readonly [low: string, high: string];
}

export interface WantedGroup {
  readonly kind: 'group';
  readonly title?: string;
  readonly avatarUrl?: string;
}

export interface WantedMember {
  readonly userId: string;
  readonly role: Role;
}

export type Wanted = (WantedDirect | WantedGroup) & { readonly members: readonly WantedMember[] };

export function checkNewConversation(
  callerId: string,
  input: Input,
  groupMaxMembers: number,
): Wanted {
  const others = [...new Set(input.memberIds)].filter((userId) => userId !== callerId);
  return input.kind === 'direct'
    ? checkDirect(callerId, input, others)
    : checkGroup(callerId, input, others, groupMaxMembers);
}

function checkDirect(callerId: string, input: Input, others: readonly string[]): Wanted {
  const [other, third] = others;
  if (other === undefined || third !== undefined) {
    throw invalidField('memberIds', 'exactly one other user');
  }
  if (input.title !== undefined) throw invalidField('title', 'none on a direct conversation');
  if (input.avatarUrl !== undefined) {
    throw invalidField('avatarUrl', 'none on a direct conversation');
  }
  const members = [callerId, other].map((userId) => ({ userId, role: 'member' as const }));
  // Lower-case UUIDs sort as text the way they sort in the database.
  const pair = callerId < other ? ([callerId, other] as const) : ([other, callerId] as const);
  return { kind: 'direct', pair, members };
}

function checkGroup(
  callerId: string,
  input: Input,
  others: readonly string[],
  groupMaxMembers: number,
): Wanted {
  const title = input.title === undefined ? undefined : checkTitle(input.title);
  if (others.length + 1 > groupMaxMembers) throw groupFull(groupMaxMembers);
  return {
    kind: 'group',
    ...(title === undefined ? {} : { title }),
    ...(input.avatarUrl === undefined ? {} : { avatarUrl: input.avatarUrl }),
    members: [
      { userId: callerId, role: 'owner' },
      ...others.map((userId) => ({ userId, role: 'member' as const })),
    ],
  };
}

export function groupFull(groupMaxMembers: number): NovaError {
  return new NovaError('conversationFull', `a group has at most ${groupMaxMembers} members`);
}
