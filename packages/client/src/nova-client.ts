import type { OperationName, ServerEvent, ServiceLimits } from '@nova/protocol';
import type { EventFrame } from '@nova/protocol/wire';
import { NovaClientError } from './client-error.ts';
import { systemClock } from './clock.ts';
import { Connection } from './connection/connection.ts';
import { browserNetwork } from './connection/network-watch.ts';
import { socketAddress } from './connection/socket.ts';
import { Tokens } from './connection/token-source.ts';
import { ConversationStore } from './conversations/conversation-store.ts';
import { Conversations } from './conversations/conversations.ts';
import { Listeners } from './listeners.ts';
import type { NovaClientOptions } from './options.ts';
import { memoryStorage } from './outbox/memory-storage.ts';
import { Outbox, type SendOptions } from './outbox/outbox.ts';
import { PresenceBook } from './presence/presence-book.ts';
import { type Input, type Output, type RequestOptions, Requests } from './requests/requests.ts';
import { createUuidV7 } from './uuid-v7.ts';

const openTimeoutMs = 10_000;

/** One user on one device: a connection and all that hangs on it. */
export class NovaClient {
  readonly connection: Connection;
  readonly conversations: Conversations;
  readonly outbox: Outbox;
  readonly presence: PresenceBook;
  readonly deviceId: string;
  readonly #requests: Requests;
  readonly #store: ConversationStore;
  readonly #events = new Listeners<[ServerEvent]>();
  #userId: string | null;
  #limits: ServiceLimits | null = null;
  #started = false;
  #closed = false;

  constructor(options: NovaClientOptions) {
    const clock = options.clock ?? systemClock;
    const newId = createUuidV7(() => clock.now());
    this.#userId = options.userId ?? null;
    this.deviceId = options.deviceId ?? crypto.randomUUID();
    this.#requests = new Requests(clock, newId);
    this.outbox = new Outbox(
      {
        storage: options.storage ?? memoryStorage(),
        requests: this.#requests,
        clock,
        newId,
        limit: options.outboxLimit ?? 10_000,
        onChange: (id) => this.#store.outgoingChanged(id),
        isKnown: (id, seq) => this.#store.isKnown(id, seq),
      },
      this.#userId,
    );
    this.#store = new ConversationStore({
      requests: this.#requests,
      outbox: this.outbox,
      clock,
      keepMessages: options.keepMessages ?? 200,
      inboxLimit: options.inboxLimit ?? 1_000,
      reportDelivered: options.reportDelivered ?? true,
      onEvent: (event) => this.#events.call(event),
    });
    this.conversations = new Conversations(this.#store, this.#requests);
    this.presence = new PresenceBook({ requests: this.#requests, clock });
    this.connection = new Connection({
      address: socketAddress(options.url, this.deviceId),
      tokens: new Tokens(options.token, clock),
      requests: this.#requests,
      clock,
      network: options.network ?? browserNetwork,
      webSocket: options.webSocket ?? WebSocket,
      openTimeoutMs,
      onReady: ({ userId, limits }) => this.#welcomed(userId, limits),
      onServed: () => this.presence.connected(),
      onEvent: (event) => this.#receive(event as EventFrame as ServerEvent),
      onReplay: (running) => this.#store.replay(running),
      listAfresh: (link) => this.#store.listAfresh(link),
    });
    this.connection.subscribe(() => this.#follow());
  }

  /** Whose client this is; null until the service said so, where the options do not. */
  get userId(): string | null {
    return this.#userId;
  }

  /** What the service allows, as it said with the newest connection; null before the first one. */
  get limits(): ServiceLimits | null {
    return this.#limits;
  }

  /** Connects and stays connected until `close`. */
  start(): void {
    if (this.#closed) throw new NovaClientError('closed', 'a closed client cannot be started');
    if (!this.#started) void this.outbox.load();
    this.#started = true;
    this.connection.start();
  }

  /** Resolves once online; rejects when the connection is given up for good. */
  ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      let stop = (): void => {};
      const look = (): void => {
        const { online, phase, reason } = this.connection.getSnapshot();
        if (!online && phase !== 'closed') return;
        stop();
        if (online) resolve();
        else reject(new NovaClientError('closed', reason?.message ?? 'the client was closed'));
      };
      stop = this.connection.subscribe(look);
      look();
    });
  }

  /** Any operation of the contract. */
  request<Name extends OperationName>(
    name: Name,
    input: Input<Name>,
    options?: RequestOptions,
  ): Promise<Output<Name>> {
    return this.#requests.request(name, input, options);
  }

  /** Sends to a conversation by its id alone, known here or not: see `LiveConversation.send`. */
  send(conversationId: string, text: string, options?: SendOptions): ReturnType<Outbox['send']> {
    return this.outbox.send(conversationId, text, options);
  }

  /** Every event after it took effect: durable ones in order and once for each conversation. */
  onEvent(listener: (event: ServerEvent) => void): () => void {
    return this.#events.add(listener);
  }

  /** Ends the connection and gives up what waits for it; stored messages stay stored. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.connection.close();
    this.outbox.close();
    this.#store.close();
    this.presence.close();
    this.#requests.close();
  }

  /** Calls and presence are no part of a conversation: they need not wait for it to be known. */
  #receive(event: ServerEvent): void {
    if (event.event === 'presence.changed') this.presence.receive(event.data);
    else if (!event.event.startsWith('call.')) {
      this.#store.receive(event);
      return;
    }
    this.#events.call(event);
  }

  #welcomed(userId: string, limits: ServiceLimits): void {
    this.#limits = limits;
    this.#userId = userId;
    this.outbox.setUser(userId);
    this.#store.setViewer(userId);
  }

  #follow(): void {
    const { online } = this.connection.getSnapshot();
    this.#store.setOnline(online);
    this.outbox.setOnline(online);
  }
}

export const createNovaClient = (options: NovaClientOptions): NovaClient => new NovaClient(options);
