import { type Static, Type } from 'typebox';
import { closed, Timestamp, Uuid } from '../schemas.ts';

/**
 * How much is told, less under load or while the nodes cannot see each other's sockets: `exact`;
 * `recently`: only who was here within the last hour, and no changes; `off`: nothing.
 */
export const PresenceDetail = Type.Union([
  Type.Literal('exact'),
  Type.Literal('recently'),
  Type.Literal('off'),
]);
export type PresenceDetail = Static<typeof PresenceDetail>;

export const Presence = closed({
  userId: Uuid('Whose presence'),
  state: Type.Union([Type.Literal('online'), Type.Literal('recently'), Type.Literal('offline')], {
    description: 'online: at least one socket, on whichever device and node',
  }),
  lastSeenAt: Type.Optional(Timestamp('When the last socket closed; only of who is offline')),
});
export type Presence = Static<typeof Presence>;
