import { Type } from 'typebox';
import { Member, Role } from '../entities/member.ts';
import { limits } from '../limits.ts';
import { Cursor, closed, IdempotencyKey, PageLimit, Uuid } from '../schemas.ts';
import { defineOperation, http } from './define-operation.ts';

const conversationId = Uuid('The group');
const userId = Uuid('The member');

export const memberList = defineOperation({
  name: 'member.list',
  summary: 'Members of a conversation, by user id',
  http: http('GET', '/conversations/{conversationId}/members'),
  repeat: 'read',
  input: closed({
    conversationId,
    limit: PageLimit(limits.memberPageMax, limits.memberPageDefault),
    after: Type.Optional(Cursor('nextPage of the page before')),
  }),
  output: closed({
    members: Type.Array(Member),
    nextPage: Type.Optional(Cursor('Pass as `after` for the next page; absent on the last')),
  }),
  errors: ['notFound'],
});

export const memberAdd = defineOperation({
  name: 'member.add',
  summary: 'Add users to a group; those who are members already stay as they are',
  http: http('POST', '/conversations/{conversationId}/members'),
  repeat: 'nature',
  input: closed({
    conversationId,
    userIds: Type.Array(Uuid('Whom to add'), {
      minItems: 1,
      maxItems: limits.memberIdsPerRequest,
    }),
    idempotencyKey: IdempotencyKey,
  }),
  output: closed({ added: Type.Array(Member) }),
  errors: ['notFound', 'forbidden', 'blocked', 'conversationFull', 'idConflict'],
});

export const memberRemove = defineOperation({
  name: 'member.remove',
  summary: 'Remove a member of a lower role from a group',
  http: http('DELETE', '/conversations/{conversationId}/members/{userId}'),
  repeat: 'key',
  input: closed({ conversationId, userId, idempotencyKey: IdempotencyKey }),
  output: closed({}),
  errors: ['notFound', 'forbidden', 'idConflict'],
});

export const memberSetRole = defineOperation({
  name: 'member.setRole',
  summary: 'Give a member of a lower role another role below the caller’s own',
  http: http('PUT', '/conversations/{conversationId}/members/{userId}/role'),
  repeat: 'nature',
  input: closed({ conversationId, userId, role: Role, idempotencyKey: IdempotencyKey }),
  output: Member,
  errors: ['notFound', 'forbidden', 'idConflict'],
});
