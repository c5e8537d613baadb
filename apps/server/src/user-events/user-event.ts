// What is understood on the topic of user events, declared once.
import { type Static, Type } from 'typebox';
import { Check } from 'typebox/value';

const Id = (description: string) =>
  Type.String({
    format: 'uuid',
    pattern: '^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$',
    description,
  });
const Time = (description: string) =>
  Type.String({
    format: 'date-time',
    pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:Z|[+-]\\d\\d:\\d\\d)$',
    description,
  });

const head = {
  id: Id('Identity of the event: one that was seen before changes nothing'),
  at: Time('When it happened; an older event does not undo a newer one'),
};

export const userEvents = {
  'user.profileUpdated': Type.Object(
    {
      ...head,
      type: Type.Literal('user.profileUpdated'),
      userId: Id('The user'),
      name: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'Display name; from then on the one in tokens is not used',
        }),
      ),
      avatarUrl: Type.Optional(
        Type.Union([Type.String({ maxLength: 2_048 }), Type.Null()], {
          description: 'Picture; null takes it away',
        }),
      ),
    },
    { description: 'Name or picture changed' },
  ),
  'user.blocked': Type.Object(
    {
      ...head,
      type: Type.Literal('user.blocked'),
      userId: Id('Who blocks'),
      blockedId: Id('Who is blocked'),
    },
    { description: 'The two can no longer write to each other in a direct conversation' },
  ),
  'user.unblocked': Type.Object(
    {
      ...head,
      type: Type.Literal('user.unblocked'),
      userId: Id('Who blocked'),
      blockedId: Id('Who was blocked'),
    },
    { description: 'The block is lifted' },
  ),
  'session.revoked': Type.Object(
    {
      ...head,
      type: Type.Literal('session.revoked'),
      userId: Id('Whose sessions'),
      tokenId: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 256,
          description: 'The one token (its jti); absent, all of them',
        }),
      ),
      tokenExpiresAt: Type.Optional(
        Time(
          'When the one token expires (exp): until then it is refused; absent, for 400 days. Without meaning unless beside tokenId',
        ),
      ),
      issuedBefore: Type.Optional(
        Time(
          'Tokens issued (iat) before it are refused; absent, `at`. Without meaning beside tokenId',
        ),
      ),
    },
    { description: 'Sockets are closed with 4102 and the tokens refused' },
  ),
  'user.deleted': Type.Object(
    { ...head, type: Type.Literal('user.deleted'), userId: Id('The user') },
    {
      description:
        'The user is gone for good: sessions end, memberships are left, the profile is erased',
    },
  ),
} as const;

export type UserEventType = keyof typeof userEvents;
export type UserEvent = {
  [Type in UserEventType]: Static<(typeof userEvents)[Type]>;
}[UserEventType];

/** What a record holds: an event, one of a type that is not ours, or nothing that can be used. */
export type ReadUserEvent =
  | { readonly event: UserEvent }
  | { readonly unknownType: string }
  | { readonly poison: string };

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function readUserEvent(value: Buffer): ReadUserEvent {
  let parsed: unknown;
  try {
    parsed = JSON.parse(utf8.decode(value));
  } catch {
    return { poison: 'the value is not JSON in UTF-8' };
  }
  const { type, userId, blockedId, ...rest } = Object(parsed) as Record<string, unknown>;
  if (typeof type !== 'string') return { poison: 'type: expected a text' };
  if (!Object.hasOwn(userEvents, type)) return { unknownType: type };
  if (!Check(userEvents[type as UserEventType], parsed)) {
    return { poison: `the value does not fit the schema of ${type}` };
  }
  const times = [rest.at, rest.issuedBefore, rest.tokenExpiresAt].filter(
    (time) => time !== undefined,
  );
  if (times.some((time) => Number.isNaN(Date.parse(String(time))))) {
    return { poison: 'at, issuedBefore, tokenExpiresAt: expected times that exist' };
  }
  if (userId === blockedId) return { poison: 'blockedId: expected another user' };
  return { event: lowerCase(parsed as UserEvent) };
}

/** UUIDs come in letters of either case; ours are in lower case. */
function lowerCase(event: UserEvent): UserEvent {
  const entries = Object.entries(event).map(([name, value]) =>
    ['id', 'userId', 'blockedId'].includes(name)
      ? [name, String(value).toLowerCase()]
      : [name, value],
  );
  return Object.fromEntries(entries) as UserEvent;
}
