import { Type } from 'typebox';
import { Conversation } from '../entities/conversation.ts';
import { limits } from '../limits.ts';
import { Cursor, closed, IdempotencyKey, PageLimit, Uuid } from '../schemas.ts';
import { defineOperation, http } from './define-operation.ts';

const conversationId = Uuid('The conversation');
const title = Type.String({
  minLength: 1,
  description: `At most ${limits.titleCodePoints} code points`,
});
const avatarUrl = Type.String({
  maxLength: limits.avatarUrlLength,
  pattern: '^https://',
  description: 'An https address',
});

export const conversationCreate = defineOperation({
  name: 'conversation.create',
  summary: 'Create a group, or get the one direct conversation with somebody',
  http: http('POST', '/conversations', 201),
  repeat: 'key',
  input: closed({
    kind: Type.Union([Type.Literal('direct'), Type.Literal('group')]),
    memberIds: Type.Array(Uuid('Another member; the caller is always one'), {
      minItems: 0,
      maxItems: limits.memberIdsPerRequest,
      description: 'Exactly one other user for a direct conversation',
    }),
    title: Type.Optional(title),
    avatarUrl: Type.Optional(avatarUrl),
    idempotencyKey: IdempotencyKey,
  }),
  output: Conversation,
  errors: ['blocked', 'idConflict', 'conversationFull'],
});

export const conversationList = defineOperation({
  name: 'conversation.list',
  summary: 'The inbox: the caller’s conversations, the most recently active first',
  http: http('GET', '/conversations'),
  repeat: 'read',
  input: closed({
    limit: PageLimit(limits.conversationPageMax, limits.conversationPageDefault),
    after: Type.Optional(Cursor('nextPage of the page before')),
  }),
  output: closed({
    conversations: Type.Array(Conversation),
    nextPage: Type.Optional(Cursor('Pass as `after` for the next page; absent on the last')),
  }),
  errors: [],
});

export const conversationGet = defineOperation({
  name: 'conversation.get',
  summary: 'One conversation',
  http: http('GET', '/conversations/{conversationId}'),
  repeat: 'read',
  input: closed({ conversationId }),
  output: Conversation,
  errors: ['notFound'],
});

export const conversationUpdate = defineOperation({
  name: 'conversation.update',
  summary: 'Change the title or picture of a group; null takes it away',
  http: http('PATCH', '/conversations/{conversationId}'),
  repeat: 'key',
  input: closed({
    conversationId,
    title: Type.Optional(Type.Union([title, Type.Null()])),
    avatarUrl: Type.Optional(Type.Union([avatarUrl, Type.Null()])),
    idempotencyKey: IdempotencyKey,
  }),
  output: Conversation,
  errors: ['notFound', 'forbidden', 'idConflict'],
});

export const conversationLeave = defineOperation({
  name: 'conversation.leave',
  summary: 'Leave a group; when its owner leaves, the highest and oldest member becomes owner',
  http: http('POST', '/conversations/{conversationId}/leave'),
  repeat: 'key',
  input: closed({ conversationId, idempotencyKey: IdempotencyKey }),
  output: closed({}),
  errors: ['notFound', 'forbidden', 'idConflict'],
});
