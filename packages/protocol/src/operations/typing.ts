import { closed, Uuid } from '../schemas.ts';
import { defineOperation, http } from './define-operation.ts';

const path = '/conversations/{conversationId}/typing';
const input = closed({ conversationId: Uuid('The conversation') });
const output = closed({});

export const typingStart = defineOperation({
  name: 'typing.start',
  summary: 'Tell the others that the caller is typing; renew it every four seconds',
  http: http('POST', path),
  repeat: 'nature',
  input,
  output,
  errors: ['notFound'],
});

export const typingStop = defineOperation({
  name: 'typing.stop',
  summary: 'Tell the others that the caller stopped typing',
  http: http('DELETE', path),
  repeat: 'nature',
  input,
  output,
  errors: ['notFound'],
});
