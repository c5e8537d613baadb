import { Type } from 'typebox';
import { Message, MessageVersion } from '../entities/message.ts';
import { limits } from '../limits.ts';
import { Counter, closed, IdempotencyKey, PageLimit, Uuid } from '../schemas.ts';
import { defineOperation, http } from './define-operation.ts';

const conversationId = Uuid('The conversation');
const messageId = Uuid('The message');
const onMessage = '/conversations/{conversationId}/messages/{messageId}';
const text = Type.String({
  description:
    'Trimmed before it is counted; MESSAGE_MAX_LENGTH code points (4096 by default), not empty',
});
const emoji = Type.String({ minLength: 1, maxLength: limits.emojiLength });
const seq = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description }));

export const messageSend = defineOperation({
  name: 'message.send',
  summary: 'Send a message; the same id again returns the first acknowledgement',
  http: http('POST', '/conversations/{conversationId}/messages', 201),
  repeat: 'messageId',
  input: closed({
    conversationId,
    id: Uuid('Chosen by the client, a UUIDv7; also the idempotency key'),
    text,
    replyTo: Type.Optional(Uuid('A message of the same conversation')),
  }),
  output: Message,
  errors: ['notFound', 'forbidden', 'blocked', 'idConflict', 'messageTooLong'],
});

export const messageList = defineOperation({
  name: 'message.list',
  summary: 'A page of the history, ascending by seq; the newest page when nothing else is asked',
  http: http('GET', '/conversations/{conversationId}/messages'),
  repeat: 'read',
  input: closed({
    conversationId,
    before: seq('Messages with a smaller seq, the nearest'),
    after: seq('Messages with a larger seq, the nearest'),
    around: seq('Messages on both sides of this seq'),
    limit: PageLimit(limits.messagePageMax, limits.messagePageDefault),
  }),
  output: closed({
    messages: Type.Array(Message),
    hasBefore: Type.Boolean({ description: 'Older messages exist' }),
    hasAfter: Type.Boolean({ description: 'Newer messages exist' }),
    pos: Counter('Changes up to this one are contained in the page'),
  }),
  errors: ['notFound'],
});

export const messageGet = defineOperation({
  name: 'message.get',
  summary: 'One message',
  http: http('GET', onMessage),
  repeat: 'read',
  input: closed({ conversationId, messageId }),
  output: Message,
  errors: ['notFound'],
});

export const messageVersions = defineOperation({
  name: 'message.versions',
  summary: 'The kept versions of a message, the oldest first',
  http: http('GET', `${onMessage}/versions`),
  repeat: 'read',
  input: closed({ conversationId, messageId }),
  output: closed({ versions: Type.Array(MessageVersion) }),
  errors: ['notFound'],
});

export const messageEdit = defineOperation({
  name: 'message.edit',
  summary: 'Change the text of one’s own message; earlier versions are kept',
  http: http('PATCH', onMessage),
  repeat: 'key',
  input: closed({
    conversationId,
    messageId,
    text,
    version: Type.Optional(Counter('The version the edit is based on; another one is a conflict')),
    idempotencyKey: IdempotencyKey,
  }),
  output: Message,
  errors: [
    'notFound',
    'forbidden',
    'versionConflict',
    'editWindowClosed',
    'messageTooLong',
    'idConflict',
  ],
});

export const messageDelete = defineOperation({
  name: 'message.delete',
  summary:
    'Delete a message for all; it keeps its seq and loses its content. One’s own for a while, ' +
    'that of a lower role at any time',
  http: http('DELETE', onMessage),
  repeat: 'nature',
  input: closed({ conversationId, messageId, idempotencyKey: IdempotencyKey }),
  output: Message,
  errors: ['notFound', 'forbidden', 'recallWindowClosed', 'idConflict'],
});

const reaction = {
  input: closed({ conversationId, messageId, emoji, idempotencyKey: IdempotencyKey }),
  output: Message,
  repeat: 'nature',
} as const;

export const messageReact = defineOperation({
  name: 'message.react',
  summary: 'Leave a reaction',
  http: http('PUT', `${onMessage}/reactions/{emoji}`),
  ...reaction,
  errors: ['notFound', 'forbidden', 'idConflict'],
});

export const messageUnreact = defineOperation({
  name: 'message.unreact',
  summary: 'Take a reaction back',
  http: http('DELETE', `${onMessage}/reactions/{emoji}`),
  ...reaction,
  errors: ['notFound', 'idConflict'],
});
