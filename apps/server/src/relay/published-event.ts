import { createHash } from 'node:crypto';
import type { Message } from '@nova/protocol';
import { carriesMessage, logTypeName } from '#log/log-types.js';
import type { LogRow } from '#log/reader.js';
import type { PublishedEvent, PublishedType } from './event-schema.ts';
import type { CreatedRow } from './relay-store.ts';

export interface EventContext {
  readonly epoch: string;
  /** Whether what people wrote goes along. */
  readonly content: boolean;
  /** The message a row names, as it is now. */
  readonly messageOf: (row: LogRow) => Message | undefined;
}

/** A UUIDv8 (RFC 9562 §5.8) of what makes an event the same event. */
export function eventId(epoch: string, conversationId: string, pos: number): string {
  const bytes = createHash('sha256').update(`${epoch}/${conversationId}/${pos}`).digest();
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex', 0, 16);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export function publishedEvent(row: LogRow, context: EventContext): PublishedEvent {
  const { conversationId, pos, actorId, at } = row;
  const type = logTypeName(row.type);
  return {
    id: eventId(context.epoch, conversationId, pos),
    epoch: context.epoch,
    type,
    conversationId,
    pos,
    at: at.toISOString(),
    ...(actorId === null ? {} : { actorId }),
    data: carriesMessage(type) ? messageData(row, context) : storedData(type, row, context),
  };
}

export function creationEvent(
  { conversationId, kind, createdBy, at }: CreatedRow,
  { epoch }: Pick<EventContext, 'epoch'>,
): PublishedEvent {
  return {
    ...{ id: eventId(epoch, conversationId, 0), epoch, type: 'conversation.created' },
    ...{ conversationId, pos: 0, at: at.toISOString(), actorId: createdBy },
    data: { kind, createdBy },
  };
}

function messageData(row: LogRow, { content, messageOf }: EventContext): PublishedEvent['data'] {
  const message = messageOf(row);
  if (message === undefined) return {};
  const { id, seq, senderId, kind, replyTo, version, text } = message;
  return {
    ...{ messageId: id, seq, senderId, kind, version },
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(content && text !== undefined ? { text } : {}),
  };
}

/** Fields of the stored event that are published as they are; those of `content` when it may go. */
const fields: Partial<Record<PublishedType, { plain: string[]; content?: string[] }>> = {
  'conversation.updated': { plain: ['updatedBy'], content: ['title', 'avatarUrl'] },
  'member.removed': { plain: ['userId', 'removedBy', 'memberCount'] },
  'member.roleChanged': { plain: ['userId', 'role', 'changedBy'] },
  'reaction.added': { plain: ['messageId', 'seq', 'userId'], content: ['emoji'] },
  'reaction.removed': { plain: ['messageId', 'seq', 'userId'], content: ['emoji'] },
};

function storedData(
  type: string,
  { data }: LogRow,
  { content }: EventContext,
): PublishedEvent['data'] {
  if (data === null) return {};
  if (type === 'member.added') {
    const { userId, role } = Object(data.member);
    return { userId, role, addedBy: data.addedBy, memberCount: data.memberCount };
  }
  const known = fields[type as PublishedType];
  const names = [...(known?.plain ?? []), ...(content ? (known?.content ?? []) : [])];
  return Object.fromEntries(names.filter((name) => name in data).map((name) => [name, data[name]]));
}
