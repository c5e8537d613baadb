import { once } from 'node:events';
import type { Socket } from 'node:net';
import {
  type EventName,
  type EventPayload,
  events,
  type InputOf,
  type OperationByName,
  type OperationName,
  type OutputOf,
  operations,
  type ServerEvent,
} from '@nova/protocol';
import type { ErrorObject, ReplyFrame } from '@nova/protocol/wire';
import { Check } from 'typebox/value';
import { WebSocket } from 'ws';
import { until } from './until.ts';
import { WireError } from './wire-error.ts';

export interface TestSocketOptions {
  readonly token?: string;
  /** Where the token stands; default `header`. `frame`: in a first `session.authenticate`. */
  readonly tokenIn?: 'header' | 'subprotocol' | 'frame' | 'nowhere';
  readonly deviceId?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
  /** False: pings stay unanswered. */
  readonly pong?: boolean;
}

/** An event frame as it arrived. */
export type Received = ServerEvent;
type Of<Name extends EventName> = Extract<Received, { readonly event: Name }>;

/**
 * The wire by hand: knows frames and nothing of what clients make of them. Every event is held
 * against the contract as it arrives.
 */
export class TestSocket {
  readonly webSocket: WebSocket;
  /** Everything that arrived, in order. */
  readonly events: Received[] = [];
  /** Replies without a request of ours: `reply: null`, and those to frames sent as raw text. */
  readonly strays: ReplyFrame[] = [];
  /** Frames that broke the contract; tests expect none. */
  readonly violations: string[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly #replies = new Map<number, PromiseWithResolvers<ReplyFrame>>();
  #nextId = 1;

  constructor(origin: string, options: TestSocketOptions = {}) {
    const { token = '', tokenIn = 'header', deviceId } = options;
    const url = new URL(options.path ?? '/ws', origin.replace('http', 'ws'));
    if (deviceId !== undefined && tokenIn !== 'frame') url.searchParams.set('deviceId', deviceId);
    const bearer = tokenIn === 'subprotocol' ? [`bearer.${token}`] : [];
    this.webSocket = new WebSocket(url, [...(options.protocols ?? ['nova.v1']), ...bearer], {
      headers: {
        ...(tokenIn === 'header' ? { Authorization: `Bearer ${token}` } : {}),
        ...options.headers,
      },
      autoPong: options.pong ?? true,
      perMessageDeflate: false,
    });
    this.webSocket.on('message', (bytes: Buffer) => this.#receive(bytes.toString('utf8')));
    this.webSocket.on('error', () => undefined);
    if (tokenIn === 'frame') {
      this.webSocket.once('open', () => {
        const device = deviceId === undefined ? {} : { deviceId };
        this.send({ id: 0, type: 'session.authenticate', data: { token, ...device } });
      });
    }
    const { promise, resolve } = Promise.withResolvers<{ code: number; reason: string }>();
    this.closed = promise;
    this.webSocket.on('close', (code, reason) => {
      resolve({ code, reason: reason.toString() });
      for (const { reject } of this.#replies.values()) {
        reject(new Error(`the socket was closed (${code}) before the reply`));
      }
    });
  }

  /** The socket was accepted by the WebSocket layer, whoever it is. */
  get opened(): Promise<unknown> {
    if (this.webSocket.readyState === WebSocket.OPEN) return Promise.resolve();
    return once(this.webSocket, 'open');
  }

  /** `session.ready`; rejects where the socket is closed instead. */
  get ready(): Promise<EventPayload<'session.ready'>> {
    const refused = this.closed.then(({ code, reason }) => {
      throw new Error(`closed (${code}, ${reason}) before session.ready`);
    });
    return Promise.race([this.expect('session.ready'), refused]).then(({ data }) => data);
  }

  /** The data of the reply, held against the contract; throws WireError where it is an error. */
  async request<Name extends OperationName>(
    type: Name,
    input: InputOf<OperationByName<Name>>,
  ): Promise<OutputOf<OperationByName<Name>>> {
    const reply = await this.ask(type, input);
    if ('error' in reply) throw new WireError(type, reply.error);
    if (!Check(operations[type].output, reply.data)) {
      throw new Error(`the reply to ${type} breaks the contract: ${JSON.stringify(reply.data)}`);
    }
    return reply.data as OutputOf<OperationByName<Name>>;
  }

  /** Any request, whether the contract knows it or not, and its whole reply. */
  async ask(type: string, input: unknown): Promise<ReplyFrame> {
    const id = this.#nextId++;
    const waiting = Promise.withResolvers<ReplyFrame>();
    this.#replies.set(id, waiting);
    this.send({ id, type, data: input });
    return waiting.promise.finally(() => this.#replies.delete(id));
  }

  /** The error that a request was answered with; throws where it succeeded. */
  async refusal(type: string, input: unknown): Promise<WireError> {
    const reply = await this.ask(type, input);
    if (!('error' in reply)) throw new Error(`${type} was not refused`);
    return new WireError(type, reply.error);
  }

  send(frame: object | string | Buffer): void {
    const raw = typeof frame === 'string' || Buffer.isBuffer(frame);
    this.webSocket.send(raw ? frame : JSON.stringify(frame));
  }

  /** Sends a raw text and resolves with the error that answers it under no request's id. */
  async strayError(text: string): Promise<ErrorObject> {
    const before = this.strays.length;
    this.send(text);
    const stray = await until(`an answer to ${text.slice(0, 60)}`, () => this.strays[before]);
    if (!('error' in stray)) throw new Error(`not refused: ${text.slice(0, 60)}`);
    return stray.error;
  }

  /** The first event of that name, past or to come, that fits. */
  async expect<Name extends EventName>(
    name: Name,
    fits: (event: Of<Name>) => boolean = () => true,
    timeoutMs = 10_000,
  ): Promise<Of<Name>> {
    return until(name, () => this.all(name).find(fits), timeoutMs);
  }

  all<Name extends EventName>(name: Name): Of<Name>[] {
    return this.events.filter((event) => event.event === name) as Of<Name>[];
  }

  /** Positions of a conversation's durable events, in the order in which they arrived. */
  positions(conversationId: string): number[] {
    return this.events.flatMap((event) =>
      event.conversationId === conversationId && event.pos !== undefined ? [event.pos] : [],
    );
  }

  /** The TCP socket below, for stopping to read and for tearing it. */
  get tcp(): Socket {
    return (this.webSocket as unknown as { _socket: Socket })._socket;
  }

  /** Cuts the connection without a word, as a lost network does. */
  cut(): void {
    this.webSocket.terminate();
  }

  async close(): Promise<void> {
    this.webSocket.close(1000);
    await this.closed;
  }

  #receive(text: string): void {
    const frame = JSON.parse(text) as Received | ReplyFrame;
    if ('event' in frame) {
      const definition = events[frame.event];
      if (definition === undefined || !Check(definition.data, frame.data))
        this.violations.push(text);
      this.events.push(frame);
      return;
    }
    const waiting = frame.reply === null ? undefined : this.#replies.get(frame.reply);
    if (waiting === undefined) this.strays.push(frame);
    else waiting.resolve(frame);
  }
}
