import { Type } from 'typebox';
import { Presence, PresenceDetail } from '../entities/presence.ts';
import { limits } from '../limits.ts';
import { closed, Uuid } from '../schemas.ts';
import { defineOperation, http } from './define-operation.ts';

export const presenceSubscribe = defineOperation({
  name: 'presence.subscribe',
  summary:
    'The presence of users, and on a socket their changes from now on, in place of those asked for before',
  http: http('POST', '/presence'),
  repeat: 'nature',
  input: closed({
    userIds: Type.Array(Uuid('Somebody the caller shares a conversation with'), {
      maxItems: limits.presenceUsers,
      description: 'Whoever is shown; an empty list ends the subscription',
    }),
  }),
  output: closed({
    detail: PresenceDetail,
    users: Type.Array(Presence, {
      description: 'Users with whom the caller shares no conversation are left out',
    }),
  }),
  errors: [],
});
