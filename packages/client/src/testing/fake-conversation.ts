import type { Conversation, Message, OperationName } from '@nova/protocol';
import { addReaction, removeReaction } from '../conversations/reactions.ts';

/** An event as it is logged, with its addressees. */
export interface LoggedEvent {
  readonly event: string;
  readonly conversationId?: string;
  readonly pos?: number;
  readonly at?: string;
  readonly data: unknown;
  readonly to: readonly string[];
}

interface Markers {
  lastReadSeq: number;
  lastDeliveredSeq: number;
}

let clockMs = 1_700_000_000_000;
const timestamp = (): string => {
  clockMs += 1;
  return new Date(clockMs).toISOString();
};

/** One conversation of the fake server. */
export class FakeConversation {
  readonly id = crypto.randomUUID();
  readonly kind: 'direct' | 'group';
  readonly createdAt = timestamp();
  memberIds: string[];
  title: string | null = null;
  lastPos = 0;
  updatedAt = this.createdAt;
  readonly messages: Message[] = [];
  readonly #markers = new Map<string, Markers>();
  readonly #publish: (event: LoggedEvent) => void;

  constructor(
    kind: 'direct' | 'group',
    memberIds: readonly string[],
    publish: (event: LoggedEvent) => void,
  ) {
    this.kind = kind;
    this.memberIds = [...memberIds];
    this.#publish = publish;
    for (const userId of memberIds) {
      this.#markers.set(userId, { lastReadSeq: 0, lastDeliveredSeq: 0 });
    }
  }

  viewOf(userId: string): Conversation {
    const { lastReadSeq } = this.#of(userId);
    const lastMessage = this.messages.at(-1);
    return {
      id: this.id,
      kind: this.kind,
      ...(this.title === null ? {} : { title: this.title }),
      members: this.memberIds.map((id) => ({
        userId: id,
        role: 'member',
        joinedAt: this.createdAt,
        ...this.#of(id),
      })),
      memberCount: this.memberIds.length,
      lastSeq: this.messages.length,
      lastPos: this.lastPos,
      lastReadSeq,
      unreadCount: this.messages.filter((m) => m.seq > lastReadSeq && m.deletedAt === undefined)
        .length,
      mentionCount: 0,
      ...(lastMessage === undefined ? {} : { lastMessage }),
      role: 'member',
      createdAt: this.createdAt,
      updatedAt: this.updatedAt,
    };
  }

  send(senderId: string, text: string, id: string = crypto.randomUUID()): Message {
    const known = this.messages.find((message) => message.id === id);
    if (known !== undefined) return known;
    const message: Message = {
      id,
      conversationId: this.id,
      seq: this.messages.length + 1,
      senderId,
      kind: 'text',
      text,
      version: 1,
      createdAt: timestamp(),
    };
    this.messages.push(message);
    this.#move(senderId, message.seq, message.seq);
    this.log('message.created', message);
    return message;
  }

  edit(messageId: string, text: string): Message {
    const message = this.#change(messageId, (known) => ({
      ...known,
      text,
      version: known.version + 1,
      editedAt: timestamp(),
    }));
    this.log('message.edited', message);
    return message;
  }

  delete(messageId: string): Message {
    const known = this.#message(messageId);
    if (known.deletedAt !== undefined) return known;
    const { text: _text, reactions: _reactions, ...rest } = known;
    const message = this.#change(messageId, () => ({ ...rest, deletedAt: timestamp() }));
    this.log('message.deleted', message);
    return message;
  }

  react(messageId: string, userId: string, emoji: string, added: boolean): Message {
    const known = this.#message(messageId);
    const message = this.#change(messageId, (before) =>
      added ? addReaction(before, userId, emoji) : removeReaction(before, userId, emoji),
    );
    if (message === known) return known;
    const event = added ? 'reaction.added' : 'reaction.removed';
    this.log(event, { messageId, seq: message.seq, userId, emoji });
    return message;
  }

  read(userId: string, readSeq: number, deliveredSeq = readSeq): object {
    this.#move(userId, readSeq, deliveredSeq);
    const markers = this.#of(userId);
    this.#publish({
      event: 'receipt.updated',
      conversationId: this.id,
      data: { userId, ...markers },
      to: this.memberIds,
    });
    return { ...markers, unreadCount: this.viewOf(userId).unreadCount };
  }

  rename(title: string, updatedBy: string): void {
    this.title = title;
    this.log('conversation.updated', { title, avatarUrl: null, updatedBy });
  }

  typing(userId: string, started = true): void {
    this.#publish({
      event: started ? 'typing.started' : 'typing.stopped',
      conversationId: this.id,
      data: { userId },
      to: this.memberIds.filter((id) => id !== userId),
    });
  }

  remove(userId: string): void {
    this.memberIds = this.memberIds.filter((id) => id !== userId);
    const data = { userId, removedBy: userId, memberCount: this.memberIds.length };
    this.log('member.removed', data);
    const { id: conversationId, updatedAt: at } = this;
    this.#publish({ event: 'member.removed', conversationId, at, data, to: [userId] });
  }

  page(limit: number, before = Number.MAX_SAFE_INTEGER): object {
    const older = this.messages.filter(({ seq }) => seq < before);
    const messages = older.slice(-limit);
    const hasBefore = older.length > messages.length;
    return { messages, hasBefore, hasAfter: false, pos: this.lastPos };
  }

  log(event: string, data: unknown): void {
    this.lastPos += 1;
    this.updatedAt = timestamp();
    const { id: conversationId, lastPos: pos, updatedAt: at, memberIds: to } = this;
    this.#publish({ event, conversationId, pos, at, data, to });
  }

  answer(
    userId: string,
    type: OperationName,
    input: {
      id: string;
      messageId: string;
      text: string;
      emoji: string;
      seq: number;
      before?: number;
      limit?: number;
    },
  ): unknown {
    switch (type) {
      case 'conversation.get':
        return this.viewOf(userId);
      case 'message.send':
        return this.send(userId, input.text, input.id);
      case 'message.list':
        return this.page(input.limit ?? 50, input.before);
      case 'message.edit':
        return this.edit(input.messageId, input.text);
      case 'message.delete':
        return this.delete(input.messageId);
      case 'message.react':
        return this.react(input.messageId, userId, input.emoji, true);
      case 'message.unreact':
        return this.react(input.messageId, userId, input.emoji, false);
      case 'receipt.read':
        return this.read(userId, input.seq);
      case 'receipt.delivered':
        return this.read(userId, 0, input.seq);
      case 'typing.start':
      case 'typing.stop':
        this.typing(userId, type === 'typing.start');
        return {};
      default:
        throw new Error(`the fake server does not know ${type}`);
    }
  }

  #of(userId: string): Markers {
    return this.#markers.get(userId) ?? { lastReadSeq: 0, lastDeliveredSeq: 0 };
  }

  #move(userId: string, readSeq: number, deliveredSeq: number): void {
    const { lastReadSeq, lastDeliveredSeq } = this.#of(userId);
    this.#markers.set(userId, {
      lastReadSeq: Math.max(lastReadSeq, readSeq),
      lastDeliveredSeq: Math.max(lastDeliveredSeq, readSeq, deliveredSeq),
    });
  }

  #message(messageId: string): Message {
    const message = this.messages.find(({ id }) => id === messageId);
    if (message === undefined) throw { code: 'notFound', message: 'no such message' };
    return message;
  }

  #change(messageId: string, apply: (message: Message) => Message): Message {
    const message = apply(this.#message(messageId));
    this.messages[message.seq - 1] = message;
    return message;
  }
}
