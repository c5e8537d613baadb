import type { Conversation, Message, OperationName, Presence, ServiceLimits } from '@nova/protocol';
import type { ErrorObject } from '@nova/protocol/wire';
import type { WebSocketConstructor } from '../connection/socket.ts';
import { FakeConversation, type LoggedEvent } from './fake-conversation.ts';
import { FakeSocket, type SocketHost } from './fake-socket.ts';

type Input = Record<string, never> & {
  conversationId: string;
  messageId: string;
  id: string;
  text: string;
  emoji: string;
  seq: number;
  before?: number;
  limit?: number;
  kind: 'direct' | 'group';
  memberIds: string[];
  userIds: string[];
  cursor: string;
  epoch: string;
  token: string;
};

/** What a test does to a request: answer with an error, or not at all. */
export type Interference = (
  type: OperationName,
  input: Input,
) => ErrorObject | 'silence' | undefined;

interface Session {
  readonly socket: FakeSocket;
  readonly userId: string;
}

/**
 * A service in memory, for the SDK's own tests: it keeps the promises of the contract and breaks
 * the network on request. A token is `token-of:` and the user id.
 */
export class FakeServer implements SocketHost {
  readonly conversations = new Map<string, FakeConversation>();
  /** Everything, in order: the cursor is an index of it. */
  readonly log: LoggedEvent[] = [];
  readonly sockets: FakeSocket[] = [];
  readonly requests: { readonly type: OperationName; readonly input: Input }[] = [];
  epoch = crypto.randomUUID();
  heartbeatIntervalMs = 25_000;
  limits: ServiceLimits = {
    messageMaxLength: 4_096,
    messageEditWindowHours: 24,
    messageRecallWindowHours: 24,
    maxFrameBytes: 1 << 20,
    requestsInFlight: 256,
  };
  reachable = true;
  interfere: Interference = () => undefined;
  /** Decides which events reach which socket. */
  lets: (event: LoggedEvent, userId: string) => boolean = () => true;
  readonly #sessions = new Map<FakeSocket, Session>();

  /** The constructor to hand to a client. */
  get webSocket(): WebSocketConstructor {
    const open = (url: string, protocols: readonly string[]) => this.#open(url, protocols);
    return class {
      constructor(url: string, protocols: string[]) {
        // biome-ignore lint/correctness/noConstructorReturn: the client must be given this object.
        return open(url, protocols);
      }
    } as unknown as WebSocketConstructor;
  }

  get open(): readonly FakeSocket[] {
    return [...this.#sessions.keys()];
  }

  /** The newest open socket of a user. */
  socketOf(userId: string): FakeSocket {
    const found = [...this.#sessions.values()]
      .filter((session) => session.userId === userId)
      .at(-1);
    if (found === undefined) throw new Error(`${userId} is not connected`);
    return found.socket;
  }

  count(type: OperationName): number {
    return this.requests.filter((request) => request.type === type).length;
  }

  create(kind: 'direct' | 'group', memberIds: readonly string[]): FakeConversation {
    const conversation = new FakeConversation(kind, memberIds, (event) => this.#publish(event));
    this.conversations.set(conversation.id, conversation);
    for (const userId of memberIds) {
      this.#publish({
        event: 'conversation.created',
        at: conversation.createdAt,
        data: conversation.viewOf(userId),
        to: [userId],
      });
    }
    return conversation;
  }

  opened(socket: FakeSocket): void {
    if (!this.reachable) {
      socket.end(1006);
      return;
    }
    const userId = (socket.protocols[1] ?? '').replace('bearer.token-of:', '');
    const session = { socket, userId };
    this.#sessions.set(socket, session);
    socket.deliver({
      event: 'session.ready',
      data: {
        sessionId: crypto.randomUUID(),
        userId,
        deviceId: new URL(socket.url).searchParams.get('deviceId'),
        epoch: this.epoch,
        cursor: this.cursor,
        heartbeatIntervalMs: this.heartbeatIntervalMs,
        expiresAt: '2100-01-01T00:00:00.000Z',
        limits: this.limits,
      },
    });
  }

  closed(socket: FakeSocket): void {
    this.#sessions.delete(socket);
  }

  received(socket: FakeSocket, frame: { id: number; type: OperationName; data: never }): void {
    const session = this.#sessions.get(socket);
    if (session === undefined) return;
    const input = frame.data as Input;
    this.requests.push({ type: frame.type, input });
    const error = this.interfere(frame.type, input);
    if (error === 'silence') return;
    if (error !== undefined) {
      socket.deliver({ reply: frame.id, error });
      return;
    }
    try {
      socket.deliver({ reply: frame.id, data: this.#answer(session, frame.type, input) });
    } catch (thrown) {
      socket.deliver({ reply: frame.id, error: thrown });
    }
  }

  /** A heartbeat to everybody. */
  beat(): void {
    for (const { socket } of this.#sessions.values()) {
      socket.deliver({ event: 'session.cursor', data: { cursor: this.cursor } });
    }
  }

  presenceOf(userId: string): Presence {
    const online = [...this.#sessions.values()].some((session) => session.userId === userId);
    return { userId, state: online ? 'online' : 'offline' };
  }

  get cursor(): string {
    return String(this.log.length);
  }

  #open(url: string, protocols: readonly string[]): FakeSocket {
    const socket = new FakeSocket(this, url, protocols);
    this.sockets.push(socket);
    return socket;
  }

  #publish(event: LoggedEvent): void {
    if (event.to.length > 0 && event.event !== 'typing.started') this.log.push(event);
    for (const { socket, userId } of this.#sessions.values()) {
      if (event.to.includes(userId) && this.lets(event, userId)) socket.deliver(frameOf(event));
    }
  }

  #answer(session: Session, type: OperationName, input: Input): unknown {
    const { userId, socket } = session;
    switch (type) {
      case 'session.authenticate':
        return { userId, expiresAt: '2100-01-01T00:00:00.000Z' };
      case 'session.resume': {
        if (input.epoch !== this.epoch) throw refusal('idConflict');
        const missed = this.log.slice(Number(input.cursor)).filter((e) => e.to.includes(userId));
        for (const event of missed) socket.deliver(frameOf(event));
        const replayed = { replayed: missed.length, snapshots: 0 };
        socket.deliver({ event: 'session.resumed', data: { cursor: this.cursor, ...replayed } });
        return replayed;
      }
      case 'presence.subscribe':
        return { detail: 'exact', users: input.userIds.map((id) => this.presenceOf(id)) };
      case 'conversation.list':
        return { conversations: this.#inbox(userId) };
      case 'conversation.create':
        return this.#create(userId, input).viewOf(userId);
      default:
        return this.#find(input.conversationId, userId).answer(userId, type, input);
    }
  }

  #inbox(userId: string): Conversation[] {
    return [...this.conversations.values()]
      .filter((conversation) => conversation.memberIds.includes(userId))
      .map((conversation) => conversation.viewOf(userId));
  }

  #create(userId: string, { kind, memberIds }: Input): FakeConversation {
    const all = [userId, ...memberIds];
    const known = [...this.conversations.values()].find(
      (conversation) =>
        kind === 'direct' && all.every((member) => conversation.memberIds.includes(member)),
    );
    return known ?? this.create(kind, all);
  }

  #find(conversationId: string, userId: string): FakeConversation {
    const conversation = this.conversations.get(conversationId);
    if (conversation?.memberIds.includes(userId) !== true) throw refusal('notFound');
    return conversation;
  }
}

export const refusal = (code: ErrorObject['code'], retryAfterMs?: number): ErrorObject => ({
  code,
  message: code,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});

function frameOf({ to, ...event }: LoggedEvent): object {
  return event;
}

/** The texts of messages, for comparing at a glance. */
export const texts = (messages: readonly Pick<Message, 'text'>[]): (string | undefined)[] =>
  messages.map(({ text }) => text);
