// What the relay publishes, declared once: types, the JSON Schema of the documents and the tests'
// judge are made from this.
import { type Static, type TSchema, Type } from 'typebox';

const Id = (description: string) => Type.String({ format: 'uuid', description });
const Count = (description: string) =>
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description });
const closed = <Properties extends Record<string, TSchema>>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false });
/** Only with KAFKA_EVENT_CONTENT=true. */
const content = <Schema extends TSchema>(schema: Schema) => Type.Optional(schema);

const Message = closed({
  messageId: Id('The message'),
  seq: Count('Number of the message in its conversation'),
  senderId: Id('Who sent it'),
  kind: Type.String({ description: 'What kind of message: text, …' }),
  replyTo: Type.Optional(Id('The message it answers')),
  version: Count('1 when sent; each edit adds one'),
  text: content(
    Type.String({
      description: 'The text as it is when published; absent once the message is deleted',
    }),
  ),
});

const Reaction = closed({
  messageId: Id('The message'),
  seq: Count('Number of the message'),
  userId: Id('Who reacted'),
  emoji: content(Type.String({ description: 'The reaction' })),
});

const nullable = (description: string) => Type.Union([Type.String(), Type.Null()], { description });

/** `data` of an event, by its type. A type that is not here is published with empty data. */
export const eventData = {
  'conversation.created': closed({
    kind: Type.String({ description: 'direct or group' }),
    createdBy: Id('Who created it'),
  }),
  'conversation.updated': closed({
    updatedBy: Id('Who changed title or picture'),
    title: content(nullable('The title now; null where it was taken away')),
    avatarUrl: content(nullable('The picture now; null where it was taken away')),
  }),
  'member.added': closed({
    userId: Id('Who joined'),
    role: Type.String({ description: 'Role of the member' }),
    addedBy: Id('Who added the member'),
    memberCount: Count('Members then'),
  }),
  'member.removed': closed({
    userId: Id('Who is no longer a member'),
    removedBy: Id('Who did it; the same user when leaving'),
    memberCount: Count('Members then'),
  }),
  'member.roleChanged': closed({
    userId: Id('The member'),
    role: Type.String({ description: 'The role now' }),
    changedBy: Id('Who changed it'),
  }),
  'message.created': Message,
  'message.edited': Message,
  'message.deleted': Message,
  'reaction.added': Reaction,
  'reaction.removed': Reaction,
} as const satisfies Record<string, TSchema>;

export type PublishedType = keyof typeof eventData;

export const PublishedEvent = Type.Object(
  {
    id: Id('The same for the same event, however often it is published'),
    epoch: Id('Identity of the log; another one after a restore from backup'),
    type: Type.String({ description: 'What happened' }),
    conversationId: Id('The conversation, which is also the key of the record'),
    pos: Count('Position in the conversation, without gaps from 1; 0 is its creation'),
    at: Type.String({ format: 'date-time', description: 'When it was stored' }),
    actorId: Type.Optional(Id('Who did it')),
    data: Type.Object({}, { description: 'What the type says of it' }),
  },
  { additionalProperties: false },
);

export type PublishedEvent = Omit<Static<typeof PublishedEvent>, 'data'> & {
  readonly data: Readonly<Record<string, unknown>>;
};
