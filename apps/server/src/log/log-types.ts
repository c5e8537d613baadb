import type { EventName, EventPayload } from '@nova/protocol';

/**
 * Numbers of the `type` column: added, never changed or reused. `personal.*` rows belong to one
 * user's log. A release that knows a new type comes before the one that writes it: nodes of both
 * read the same log while a rollout lasts.
 */
export const logTypes = {
  'message.created': 1,
  'message.edited': 2,
  'message.deleted': 3,
  'reaction.added': 4,
  'reaction.removed': 5,
  'member.added': 6,
  'member.removed': 7,
  'member.roleChanged': 8,
  'conversation.updated': 9,
  'conversation.created': 10,
} as const satisfies Partial<Record<EventName, number>>;

export type LogType = keyof typeof logTypes;

const names = new Map<number, LogType>(
  Object.entries(logTypes).map(([name, number]) => [number, name as LogType]),
);

/** A row that a newer release wrote. */
export class UnknownLogType extends Error {
  constructor(number: number) {
    super(`the log has a row of type ${number}, which this release does not know`);
  }
}

export function logTypeName(number: number): LogType {
  const name = names.get(number);
  if (name === undefined) throw new UnknownLogType(number);
  return name;
}

/** Types whose event carries the message: the log row names it and readers join it. */
const messageTypes: ReadonlySet<LogType> = new Set<LogType>([
  'message.created',
  'message.edited',
  'message.deleted',
]);

export const carriesMessage = (type: LogType): boolean => messageTypes.has(type);

/** Types that change what an earlier event said. */
export const erasesEarlier = (type: LogType): boolean =>
  type === 'message.edited' || type === 'message.deleted';

/** One change of a conversation, before it has its place in the log. */
export type LogEntry = {
  [Type in LogType]: {
    readonly type: Type;
    /** The message the entry is about, if any. */
    readonly messageId?: string;
    /** The event as clients receive it. What carries a message is stored without it. */
    readonly event: EventPayload<Type>;
    readonly joined?: readonly string[];
    readonly left?: readonly string[];
  };
}[LogType];
