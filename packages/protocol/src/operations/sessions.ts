import { Type } from 'typebox';
import { limits } from '../limits.ts';
import { Counter, Cursor, closed, PageLimit, Timestamp, Uuid } from '../schemas.ts';
import { defineOperation, http } from './define-operation.ts';

export const sessionAuthenticate = defineOperation({
  name: 'session.authenticate',
  summary: 'Identify the socket, or refresh its token before it expires',
  repeat: 'nature',
  input: closed({
    token: Type.String({ minLength: 1, maxLength: limits.tokenLength }),
    deviceId: Type.Optional(Uuid('Stable per installation; only with the first token')),
  }),
  output: closed({ userId: Uuid('The user of the token'), expiresAt: Timestamp('Its end') }),
  errors: ['forbidden'],
});

const position = {
  cursor: Cursor('The last one received'),
  epoch: Uuid('The epoch it came with'),
};

export const sessionResume = defineOperation({
  name: 'session.resume',
  summary: 'Replay everything past the cursor on this socket; answered after session.resumed',
  repeat: 'read',
  input: closed(position),
  output: closed({ replayed: Counter('Events'), snapshots: Counter('Snapshots') }),
  errors: [],
});

export const eventList = defineOperation({
  name: 'event.list',
  summary: 'What session.resume would replay, as a list; without a cursor only the position now',
  http: http('GET', '/events'),
  repeat: 'read',
  input: closed({
    cursor: Type.Optional(position.cursor),
    epoch: Type.Optional(position.epoch),
    limit: PageLimit(limits.messagePageMax, limits.messagePageMax),
  }),
  output: closed({
    epoch: position.epoch,
    cursor: Cursor('Where to go on'),
    events: Type.Array(Type.Unknown({ description: 'Event frames, in order' })),
  }),
  errors: [],
});
