import { Counter, closed, Uuid } from '../schemas.ts';
import { defineOperation, http } from './define-operation.ts';

const input = closed({
  conversationId: Uuid('The conversation'),
  seq: Counter('Up to this message; a smaller one than before changes nothing'),
});
const output = closed({
  lastReadSeq: Counter('Newest message read'),
  lastDeliveredSeq: Counter('Newest message delivered'),
  unreadCount: Counter('Unread now'),
});

export const receiptRead = defineOperation({
  name: 'receipt.read',
  summary: 'Move the caller’s read marker forward; what was read was delivered too',
  http: http('POST', '/conversations/{conversationId}/read'),
  repeat: 'nature',
  input,
  output,
  errors: ['notFound'],
});

export const receiptDelivered = defineOperation({
  name: 'receipt.delivered',
  summary: 'Move the caller’s delivered marker forward',
  http: http('POST', '/conversations/{conversationId}/delivered'),
  repeat: 'nature',
  input,
  output,
  errors: ['notFound'],
});
