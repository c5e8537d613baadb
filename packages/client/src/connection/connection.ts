import type { EventPayload } from '@nova/protocol';
import { bearerSubprotocolPrefix, subprotocol } from '@nova/protocol/wire';
import { NovaClientError } from '../client-error.ts';
import type { Clock } from '../clock.ts';
import { Listeners, type Observable } from '../listeners.ts';
import type { Requests } from '../requests/requests.ts';
import {
  type ConnectionEvent,
  type Effect,
  idleState,
  type LossReason,
} from './connection-state.ts';
import { type ConnectionStatus, statusOf } from './connection-status.ts';
import { type IncomingEvent, Link } from './link.ts';
import { reduceConnection } from './machine.ts';
import type { NetworkWatch } from './network-watch.ts';
import type { WebSocketConstructor } from './socket.ts';
import { refreshToken } from './token-refresh.ts';
import type { Tokens } from './token-source.ts';

export interface ConnectionOptions {
  readonly address: string;
  readonly tokens: Tokens;
  readonly requests: Requests;
  readonly clock: Clock;
  readonly network: NetworkWatch;
  readonly webSocket: WebSocketConstructor;
  readonly openTimeoutMs: number;
  readonly onReady: (ready: EventPayload<'session.ready'>) => void;
  /** Requests go over another socket from now on. */
  readonly onServed: () => void;
  /** Every event that is not about the socket itself. */
  readonly onEvent: (event: IncomingEvent) => void;
  /** A replay begins; what arrives out of order until it ends is no gap. */
  readonly onReplay: (running: boolean) => void;
  /** List everything anew over this link; a rejection ends the link. */
  readonly listAfresh: (link: Link) => Promise<void>;
}

/** Runs the connection machine: sockets, timers, tokens and the position to resume from. */
export class Connection implements Observable<ConnectionStatus> {
  readonly #options: ConnectionOptions;
  readonly #listeners = new Listeners();
  readonly #links = new Map<number, Link>();
  #state;
  #status: ConnectionStatus;
  #position: { readonly cursor: string; readonly epoch: string } | null = null;
  #epoch = '';
  #cancelRetry: () => void = () => {};
  #stopWatching: () => void = () => {};
  /**
   * The longest wait between two tries, in milliseconds: 30 seconds while undefined. For whom a long
   * silence costs more than a message that comes late.
   */
  longestWaitMs: number | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#state = idleState(options.tokens.renewable);
    this.#status = statusOf(this.#state);
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  getSnapshot(): ConnectionStatus {
    return this.#status;
  }

  start(): void {
    const { network } = this.#options;
    this.#stopWatching();
    this.#stopWatching = network.start({
      found: () => {
        for (const link of [...this.#links.values()]) link.check();
        this.#handle({ type: 'networkFound' });
      },
      lost: () => this.#handle({ type: 'networkLost' }),
    });
    this.#handle({ type: 'start' });
    if (!network.online()) this.#handle({ type: 'networkLost' });
  }

  close(): void {
    this.#stopWatching();
    this.#handle({ type: 'stop' });
  }

  /** Drops the socket in use as if the network had; for tests and for the impatient. */
  reconnect(): void {
    const link = this.#state.serving === null ? undefined : this.#links.get(this.#state.serving);
    if (link !== undefined) this.#lose({ code: 1006, message: 'dropped on request' }, link);
  }

  #handle(event: ConnectionEvent): void {
    const { clock } = this.#options;
    const { longestWaitMs } = this;
    const around = { nowMs: clock.now(), random: clock.random(), longestWaitMs };
    const { state, effects } = reduceConnection(this.#state, event, around);
    if (state === this.#state) return;
    this.#state = state;
    for (const effect of effects) this.#run(effect);
    // An effect may have moved the machine on; its own call has told of that already.
    if (this.#state !== state) return;
    this.#status = statusOf(state);
    this.#listeners.call();
  }

  #run(effect: Effect): void {
    const { clock, requests } = this.#options;
    switch (effect.type) {
      case 'fetchToken':
        void this.#fetchToken(effect.fresh);
        break;
      case 'open':
        this.#open(effect.link, effect.token);
        break;
      case 'sync':
        void this.#sync(effect.link, effect.mode);
        break;
      case 'serve': {
        const link = this.#links.get(effect.link);
        if (link !== undefined) {
          requests.serve(link);
          this.#options.onServed();
        }
        break;
      }
      case 'drop': {
        const link = this.#links.get(effect.link);
        if (link !== undefined) this.#forget(link);
        break;
      }
      case 'schedule':
        this.#cancelRetry = clock.after(effect.delayMs, () => this.#handle({ type: 'retryDue' }));
        break;
      case 'unschedule':
        this.#cancelRetry();
        break;
    }
  }

  async #fetchToken(fresh: boolean): Promise<void> {
    try {
      this.#handle({ type: 'tokenReady', token: await this.#options.tokens.get(fresh) });
    } catch (error) {
      const final =
        error instanceof NovaClientError &&
        (error.code === 'unauthenticated' || error.code === 'forbidden');
      const message = error instanceof Error ? error.message : String(error);
      this.#handle({ type: 'tokenFailed', message, final });
    }
  }

  #open(number: number, token: string): void {
    const { address, webSocket, clock, openTimeoutMs, requests } = this.#options;
    const link = new Link({
      number,
      address,
      protocols: [subprotocol, `${bearerSubprotocolPrefix}${token}`],
      webSocket,
      clock,
      openTimeoutMs,
      onReply: (frame) => requests.receive(frame),
      onEvent: (event) => this.#receive(event, link),
      onLost: (reason) => this.#lose(reason, link),
    });
    this.#links.set(number, link);
    link.open();
  }

  #lose(reason: LossReason, link: Link): void {
    this.#forget(link);
    this.#handle({ type: 'lost', link: link.number, reason });
  }

  #forget(link: Link): void {
    link.drop();
    this.#links.delete(link.number);
    this.#options.requests.lost(link);
  }

  #receive(event: IncomingEvent, link: Link): void {
    switch (event.event) {
      case 'session.ready':
        this.#ready(event.data as EventPayload<'session.ready'>, link);
        break;
      case 'session.cursor':
      case 'session.resumed':
        this.#keepPosition((event.data as EventPayload<'session.cursor'>).cursor, link);
        break;
      case 'session.draining':
        this.#move(event.data as EventPayload<'session.draining'>, link);
        break;
      case 'session.expiring':
        this.#refreshToken(event.data as EventPayload<'session.expiring'>, link);
        break;
      default:
        this.#options.onEvent(event);
    }
  }

  #move({ cursor, reconnectAfterMs }: EventPayload<'session.draining'>, link: Link): void {
    this.#keepPosition(cursor, link);
    this.#handle({ type: 'draining', link: link.number, afterMs: reconnectAfterMs });
  }

  #refreshToken({ expiresAt }: EventPayload<'session.expiring'>, link: Link): void {
    const { tokens, requests, clock } = this.#options;
    const alive = () => this.#links.get(link.number) === link;
    const endsAtMs = Date.parse(expiresAt);
    void refreshToken({ tokens, requests, clock, link, alive, endsAtMs });
  }

  #ready(ready: EventPayload<'session.ready'>, link: Link): void {
    link.cursor = ready.cursor;
    link.expectHeartbeats(ready.heartbeatIntervalMs);
    this.#epoch = ready.epoch;
    this.#options.onReady(ready);
    const resumable = this.#position?.epoch === ready.epoch;
    this.#handle({ type: 'ready', link: link.number, resumable });
  }

  #keepPosition(cursor: string, link: Link): void {
    link.cursor = cursor;
    if (link.synced) this.#position = { cursor, epoch: this.#epoch };
  }

  async #sync(number: number, mode: 'resume' | 'afresh'): Promise<void> {
    const link = this.#links.get(number);
    if (link === undefined) return;
    const position = this.#position;
    this.#options.onReplay(true);
    try {
      if (mode === 'resume' && position !== null) {
        await this.#resume(link, position);
      } else {
        this.#position = null;
        await this.#options.listAfresh(link);
      }
      this.#synced(link);
    } catch (error) {
      const refused = error instanceof NovaClientError && !error.retryable;
      if (mode === 'resume' && refused && error.code !== 'closed') {
        this.#handle({ type: 'syncRefused', link: number });
      } else if (this.#links.has(number)) {
        this.#lose({ code: 1006, message: `could not catch up: ${String(error)}` }, link);
      }
    } finally {
      this.#options.onReplay(false);
    }
  }

  async #resume(link: Link, position: { cursor: string; epoch: string }): Promise<void> {
    // A long replay is no dead request: silence on the link ends it, not a time-out.
    const timeoutMs = Number.MAX_SAFE_INTEGER;
    await this.#options.requests.requestOn(link, 'session.resume', position, { timeoutMs });
  }

  #synced(link: Link): void {
    link.synced = true;
    if (link.cursor !== null) this.#position = { cursor: link.cursor, epoch: this.#epoch };
    this.#handle({ type: 'synced', link: link.number });
  }
}
