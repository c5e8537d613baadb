import type { Duplex } from 'node:stream';
import type { EventPayload } from '@nova/protocol';
import { type CloseReason, closeCodes, limits } from '@nova/protocol/wire';
import type { WebSocket } from 'ws';
import type { VerifiedToken } from '#auth/verify-token.js';
import { encodeFrame, frameBytes, pingFrame } from '#delivery/encode-frame.js';
import type { Frame } from '#delivery/outgoing.js';
import type { Subscriber } from '#delivery/subscriber.js';
import type { Dispatcher } from '#dispatch/dispatcher.js';
import type { Caller, CallerSocket } from '#dispatch/handler.js';
import { encodeCursor } from '#log/cursor.js';
import { invalidField, NovaError } from '../errors.ts';
import { controlFrame } from './control-frame.ts';
import { type OutboundOptions, type OutboundOwner, OutboundQueue } from './outbound-queue.ts';
import { FrameError, readFrame } from './read-frame.ts';
import { Replaying } from './replaying.ts';
import { watchExpiry } from './watch-expiry.ts';

export interface SessionDeps {
  readonly dispatcher: Dispatcher;
  readonly outbound: OutboundOptions;
  /** Identifies a token given in band; throws NovaError. */
  readonly verify: (token: string) => Promise<VerifiedToken>;
  readonly replaying: ConstructorParameters<typeof Replaying>[1];
  /** True while sends should wait in the kernel of their sender. */
  readonly full: () => boolean;
  readonly cursor: () => string;
  readonly onClosed: (session: Session, code: number) => void;
  readonly onSlow: () => void;
  readonly heartbeatIntervalMs: number;
}

export interface SessionIdentity {
  readonly sessionId: string;
  readonly deviceId: string;
  readonly token: VerifiedToken;
}

type SessionFacts = Pick<Session, 'sessionId' | 'userId' | 'deviceId' | 'expiresAt'>;

/** One authenticated socket: frames in, replies and events out. */
export class Session implements Subscriber, CallerSocket, OutboundOwner {
  readonly userId: string;
  readonly sessionId: string;
  readonly deviceId: string;
  readonly #webSocket: WebSocket;
  readonly #deps: SessionDeps;
  readonly #queue: OutboundQueue;
  /** Made when first needed: most sockets never fall behind. */
  #replaying: Replaying | undefined;
  /** The newest that was presented. */
  token: VerifiedToken;
  /** Ids of the requests under way, while there are any. */
  #underWay: Set<number> | undefined;
  #inFlight = 0;
  #paused = false;
  #awaitsRoom = false;
  #closing = false;
  /** Why this side ended it; undefined where it did not. */
  closedFor: CloseReason | undefined;
  #sequence = 0;
  #expiry: NodeJS.Timeout | undefined;
  readonly openedAtMs = Date.now();
  /** Heartbeats that passed without a sign of life. */
  silentBeats = 0;

  constructor(webSocket: WebSocket, socket: Duplex, identity: SessionIdentity, deps: SessionDeps) {
    this.userId = identity.token.userId;
    this.sessionId = identity.sessionId;
    this.deviceId = identity.deviceId;
    this.token = identity.token;
    this.#webSocket = webSocket;
    this.#deps = deps;
    this.#queue = new OutboundQueue(socket, deps.outbound, this);
    webSocket.on('message', (bytes: Buffer, binary: boolean) => this.#receive(bytes, binary));
    webSocket.on('pong', () => this.#alive());
    webSocket.on('ping', () => this.#alive());
    webSocket.on('close', (code) => this.#closed(code));
  }

  /** The first frame; from here on the token's end is watched. */
  start(ready: Omit<EventPayload<'session.ready'>, keyof SessionFacts>): void {
    const { sessionId, userId, deviceId, expiresAt } = this;
    this.control('session.ready', { sessionId, userId, deviceId, expiresAt, ...ready });
    this.#queue.flush();
    this.#watchExpiry();
  }

  send(bytes: Buffer, frames: number): void {
    if (this.#replaying?.hold(bytes, frames) !== true) this.#queue.send(bytes, frames);
  }

  sendEphemeral(bytes: Buffer): void {
    if (this.#replaying?.active !== true) this.#queue.sendEphemeral(bytes);
  }

  fellBehind(): void {
    this.#replay().fellBehind();
  }

  caughtUp(): void {
    this.#replay().catchUp();
  }

  stuck(): void {
    this.#deps.onSlow();
    this.close('slowConsumer');
    this.terminate();
  }

  #replay(): Replaying {
    this.#replaying ??= new Replaying(this, this.#deps.replaying);
    return this.#replaying;
  }

  /** Frames of a replay; resolves when there is room for more. */
  replay(frames: readonly Frame[]): Promise<void> | undefined {
    for (const frame of frames) this.#queue.sendControl(frameBytes(frame));
    return this.#queue.room();
  }

  /** Past the hold of a replay: what was held, in order. */
  release(bytes: Buffer, frames: number): void {
    this.#queue.send(bytes, frames);
  }

  control<Name extends `session.${string}` & Parameters<typeof controlFrame>[0]>(
    event: Name,
    payload: EventPayload<Name>,
  ): void {
    this.#queue.sendControl(controlFrame(event, payload));
  }

  /** A heartbeat: proves life to the client and hands it a position to resume from. */
  beat(): void {
    if (this.#expiry === undefined) this.#watchExpiry();
    if (this.#replaying?.active === true || this.#queue.behind) return;
    this.control('session.cursor', { cursor: this.cursor });
    // Behind the cursor, so that both leave in one write.
    this.#queue.sendControl(pingFrame);
  }

  /** Everything before it was sent here, or is on its way: safe to resume from. */
  get cursor(): string {
    const unsentFrom = this.#replaying?.unsentFrom;
    return unsentFrom === undefined ? this.#deps.cursor() : encodeCursor(unsentFrom);
  }

  /** Ends the socket: nothing follows the close frame, and nothing more is heard. */
  close(reason: CloseReason): void {
    const { code, meaning } = closeCodes[reason];
    if (!this.#closing) this.closedFor = reason;
    this.#end(code, meaning);
  }

  #end(code: number, words: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#queue.flush();
    this.#queue.end();
    this.#webSocket.close(code, words);
    // The peer's answer could not be read otherwise.
    this.#webSocket.resume();
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  get open(): boolean {
    return !this.#closing;
  }

  /** Live frames are dropped until the reader has drained. */
  get behind(): boolean {
    return this.#queue.behind;
  }

  get idle(): boolean {
    return this.#inFlight === 0 && this.#queue.idle;
  }

  #alive(): void {
    this.silentBeats = 0;
  }

  #receive(bytes: Buffer, binary: boolean): void {
    this.#alive();
    if (this.#closing) return;
    if (binary) {
      this.#end(1003, 'frames are JSON text');
      return;
    }
    this.#inFlight++;
    void this.#answer(bytes.toString('utf8'));
    if (this.#paused) return;
    // A client that does not read its replies is not read from either.
    const mayRead = this.#inFlight < limits.requestsInFlight && !this.#deps.full();
    if (mayRead && !this.#queue.crowded) return;
    this.#paused = true;
    this.#webSocket.pause();
  }

  /** Called after each answer, so that whoever paused is asked again. */
  #readOn(): void {
    if (!this.#paused || this.#inFlight > limits.requestsInFlight / 2) return;
    const room = this.#queue.room();
    if (room === undefined) {
      this.#paused = false;
      this.#webSocket.resume();
    } else if (!this.#awaitsRoom) {
      this.#awaitsRoom = true;
      void room.then(() => {
        this.#awaitsRoom = false;
        this.#readOn();
      });
    }
  }

  /** Answers one frame, whatever happens: never rejects. */
  async #answer(text: string): Promise<void> {
    let id: number | null = null;
    try {
      const frame = readFrame(text);
      this.#underWay ??= new Set();
      if (this.#underWay.has(frame.id)) throw new FrameError(null, idUnderWay());
      id = frame.id;
      this.#underWay.add(id);
      const json = await this.#run(frame.type, frame.data);
      this.#queue.sendControl(encodeFrame(`{"reply":${id},"data":${json}}`));
    } catch (error) {
      const reason = error instanceof FrameError ? error.reason : error;
      const reply = error instanceof FrameError ? error.id : id;
      const known = reason instanceof NovaError ? reason : new NovaError('internal', 'failed');
      this.#queue.sendControl(encodeFrame(JSON.stringify({ reply, error: known.toObject() })));
    } finally {
      if (id !== null) this.#underWay?.delete(id);
      if (--this.#inFlight === 0) this.#underWay = undefined;
      this.#readOn();
    }
  }

  #run(type: string, data: Readonly<Record<string, unknown>>): Promise<string> {
    return this.#deps.dispatcher.run(this.#caller(), type, data);
  }

  #caller(): Caller {
    const { name } = this.token;
    return {
      userId: this.userId,
      deviceId: this.deviceId,
      requestId: `${this.sessionId}.${++this.#sequence}`,
      socket: this,
      ...(name === undefined ? {} : { name }),
    };
  }

  resume(cursor: string, epoch: string): Promise<{ replayed: number; snapshots: number }> {
    return this.#replay().resume(cursor, epoch);
  }

  /** Takes a fresh token of the same user. */
  async refresh(token: string): Promise<{ userId: string; expiresAt: string }> {
    const verified = await this.#deps.verify(token);
    if (verified.userId !== this.userId) {
      throw new NovaError('forbidden', 'the token is of another user');
    }
    this.token = verified;
    this.#watchExpiry();
    return { userId: this.userId, expiresAt: this.expiresAt };
  }

  get expiresAt(): string {
    return new Date(this.token.expiresAtMs).toISOString();
  }

  #watchExpiry(): void {
    clearTimeout(this.#expiry);
    this.#expiry = this.#closing
      ? undefined
      : watchExpiry(this.token.expiresAtMs, this.#deps.heartbeatIntervalMs, {
          again: () => this.#watchExpiry(),
          warn: () => this.control('session.expiring', { expiresAt: this.expiresAt }),
          end: () => this.close('tokenExpired'),
        });
  }

  #closed(code: number): void {
    this.#closing = true;
    clearTimeout(this.#expiry);
    this.#queue.end();
    this.#replaying?.end();
    this.#deps.onClosed(this, code);
  }
}

const idUnderWay = (): NovaError => invalidField('id', 'an id of no request under way');
