import { type Static, Type } from 'typebox';
import { Counter, closed, Timestamp, Uuid } from '../schemas.ts';

export const Role = Type.Union(
  [Type.Literal('owner'), Type.Literal('admin'), Type.Literal('moderator'), Type.Literal('member')],
  { description: 'Each role acts only on roles below its own' },
);
export type Role = Static<typeof Role>;

export const Member = closed({
  userId: Uuid('The member'),
  name: Type.Optional(
    Type.String({ description: 'Display name, as the identity provider has it' }),
  ),
  role: Role,
  joinedAt: Timestamp('When the member joined'),
  lastReadSeq: Type.Optional(Counter('Newest message the member has read')),
  lastDeliveredSeq: Type.Optional(Counter('Newest message that reached a device of the member')),
});
export type Member = Static<typeof Member>;
