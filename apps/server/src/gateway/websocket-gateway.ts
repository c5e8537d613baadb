import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ServiceLimits } from '@nova/protocol';
import { type CloseReason, closeCodes, subprotocol } from '@nova/protocol/wire';
import { type WebSocket, WebSocketServer } from 'ws';
import { tokenFromRequest } from '#auth/bearer.js';
import type { VerifiedToken } from '#auth/verify-token.js';
import type { Hub } from '#delivery/hub.js';
import { rateLimited } from '#dispatch/rate-limiter.js';
import { invalidField, NovaError } from '../errors.ts';
import { AwaitedTokens, answer } from './awaited-tokens.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { Session, type SessionDeps } from './session.ts';
import type { SessionRegistry } from './session-registry.ts';
import { SocketsByAddress } from './sockets-by-address.ts';

export interface WebSocketGatewayOptions {
  readonly hub: Hub;
  readonly sessions: SessionRegistry;
  readonly session: Omit<SessionDeps, 'onClosed' | 'cursor'>;
  readonly position: { readonly epoch: string };
  readonly cursor: () => string;
  readonly maxFrameBytes: number;
  /** Told to every socket. */
  readonly serviceLimits: ServiceLimits;
  readonly heartbeatIntervalMs: number;
  readonly originAllowed: (origin: string) => boolean;
  readonly socketsPerUser: number;
  readonly socketsPerAddress: number;
  /** What limits are counted for. */
  readonly addressOf: (request: IncomingMessage) => string;
  /** Why this address may not connect now, if so: milliseconds until it may. */
  readonly admit: (request: IncomingMessage) => number;
  readonly onAuthenticated: (token: VerifiedToken) => void;
  readonly onAuthFailure: (request: IncomingMessage, error: unknown) => void;
  readonly onOpened: (session: Session) => void;
  readonly onClosed: (session: Session, code: number) => void;
}

/** How long a peer may take to answer a close frame. */
const closeTimeoutMs = 3_000;
/** A socket of the same address may have gone by then. */
const fullRetryMs = 5_000;
const paths = new Set(['/ws', '/api/v1/ws']);
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** From the upgrade to an authenticated session. Identity comes from the verified token alone. */
export class WebSocketGateway {
  readonly #options: WebSocketGatewayOptions;
  readonly #server: WebSocketServer;
  readonly #awaited = new AwaitedTokens();
  readonly #addresses: SocketsByAddress;
  /** One for all sessions: what is made for each socket is kept as long as it lives. */
  readonly #sessionDeps: SessionDeps;
  #draining = false;

  constructor(options: WebSocketGatewayOptions) {
    this.#options = options;
    this.#addresses = new SocketsByAddress(options.socketsPerAddress);
    this.#sessionDeps = {
      ...options.session,
      cursor: options.cursor,
      onClosed(session, code) {
        options.hub.remove(session);
        options.sessions.remove(session);
        options.onClosed(session, code);
      },
    };
    const serverOptions = {
      noServer: true,
      maxPayload: options.maxFrameBytes,
      perMessageDeflate: false,
      clientTracking: false,
      closeTimeout: closeTimeoutMs,
      // Echoing the entry that carries the token would be choosing it.
      handleProtocols: (offered: Set<string>) => (offered.has(subprotocol) ? subprotocol : false),
    };
    this.#server = new WebSocketServer(serverOptions);
  }

  /** No further sockets; the present ones go on. */
  stopAdmitting(): void {
    this.#draining = true;
  }

  /** Ends the sockets that nobody has identified yet. */
  close(): void {
    this.#awaited.close();
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Taken literally: what is sent as an address need not be one that a parser accepts.
    const [path = '', query] = (request.url ?? '').split('?', 2);
    const given = new URLSearchParams(query).get('deviceId')?.toLowerCase();
    const refusal = this.#refusal(request, path, given);
    if (refusal !== undefined) {
      refuseUpgrade(socket, refusal);
      return;
    }
    this.#addresses.add(this.#options.addressOf(request), socket);
    const token = tokenFromRequest(request.headers);
    if (token === undefined) this.#openUnidentified(request, socket, head, given);
    else this.#openIdentified({ request, socket, head }, token, given);
  }

  /** The token first: then the answer to the upgrade and the first frame leave in one write. */
  #openIdentified({ request, socket, head }: Upgrade, token: string, deviceId?: string): void {
    socket.on('error', destroy);
    const complete = (then: (webSocket: WebSocket) => void): void => {
      socket.off('error', destroy);
      socket.cork();
      this.#server.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.on('error', terminate);
        then(webSocket);
      });
      socket.uncork();
    };
    this.#options.session
      .verify(token)
      .then(
        (verified) => complete((webSocket) => this.#welcome(webSocket, socket, verified, deviceId)),
        (error: unknown) => {
          this.#options.onAuthFailure(request, error);
          complete((webSocket) => refuseToken(webSocket, error));
        },
      )
      .catch(() => socket.destroy());
  }

  #openUnidentified(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    given: string | undefined,
  ): void {
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('error', terminate);
      this.#awaited.add(webSocket, (first) => {
        const identified = this.#identify(webSocket, request, first.token, first.id);
        whilePaused(webSocket, async () => {
          const token = await identified;
          if (token === undefined) return;
          this.#welcome(webSocket, socket, token, first.deviceId ?? given, first.id);
        });
      });
    });
  }

  async #identify(
    webSocket: WebSocket,
    request: IncomingMessage,
    token: string,
    replyTo: number,
  ): Promise<VerifiedToken | undefined> {
    try {
      return await this.#options.session.verify(token);
    } catch (error) {
      this.#options.onAuthFailure(request, error);
      refuseToken(webSocket, error, replyTo);
      return undefined;
    }
  }

  #refusal(
    request: IncomingMessage,
    path: string,
    deviceId: string | undefined,
  ): NovaError | undefined {
    if (!paths.has(path)) return new NovaError('notFound', 'no socket here: use /ws');
    if (this.#draining) {
      return new NovaError('unavailable', 'this node is draining', { retryAfterMs: 500 });
    }
    const { origin } = request.headers;
    if (origin !== undefined && !this.#options.originAllowed(origin)) {
      return new NovaError('forbidden', 'the origin is not in ALLOWED_ORIGINS');
    }
    const retryAfterMs = this.#options.admit(request);
    if (retryAfterMs > 0) return rateLimited(retryAfterMs);
    if (this.#addresses.full(this.#options.addressOf(request))) return rateLimited(fullRetryMs);
    return deviceId === undefined || uuid.test(deviceId)
      ? undefined
      : invalidField('deviceId', 'a UUID');
  }

  #welcome(
    webSocket: WebSocket,
    socket: Duplex,
    token: VerifiedToken,
    deviceId: string = randomUUID(),
    replyTo?: number,
  ): void {
    if (webSocket.readyState !== webSocket.OPEN) return;
    if (!this.#makeRoom(token.userId, deviceId)) {
      close(webSocket, 'tooManyDevices');
      return;
    }
    this.#options.onAuthenticated(token);
    const identity = { sessionId: randomUUID(), deviceId, token };
    const session = new Session(webSocket, socket, identity, this.#sessionDeps);
    if (replyTo !== undefined) {
      const reply = { userId: token.userId, expiresAt: session.expiresAt };
      webSocket.send(JSON.stringify({ reply: replyTo, data: reply }));
    }
    this.#ready(session);
  }

  #ready(session: Session): void {
    const options = this.#options;
    options.hub.add(session);
    options.sessions.add(session);
    session.start({
      epoch: options.position.epoch,
      cursor: options.cursor(),
      heartbeatIntervalMs: options.heartbeatIntervalMs,
      limits: options.serviceLimits,
    });
    options.onOpened(session);
  }

  /** A socket of the same device gives way; past the bound of devices the new one is refused. */
  #makeRoom(userId: string, deviceId: string): boolean {
    const present = this.#options.hub.subscribersOf(userId) as readonly Session[];
    const same = present.find((session) => session.deviceId === deviceId);
    if (same !== undefined) {
      this.#options.hub.remove(same);
      same.close('replaced');
    }
    return this.#options.hub.subscribersOf(userId).length < this.#options.socketsPerUser;
  }
}

function refuseToken(webSocket: WebSocket, error: unknown, replyTo?: number): void {
  const known = error instanceof NovaError ? error : new NovaError('internal', 'failed');
  if (replyTo !== undefined) answer(webSocket, replyTo, known);
  if (known.code !== 'unauthenticated') close(webSocket, 'serverError');
  else if (/expired/.test(known.message)) close(webSocket, 'tokenExpired', known.message);
  else close(webSocket, 'unauthenticated', known.message);
}

function close(webSocket: WebSocket, reason: CloseReason, words?: string): void {
  // A close frame carries at most 123 bytes of reason (RFC 6455 §5.5).
  webSocket.close(closeCodes[reason].code, (words ?? closeCodes[reason].meaning).slice(0, 120));
}

/** Reads nothing from the socket meanwhile; what came along already is handed on afterwards. */
function whilePaused(webSocket: WebSocket, run: () => Promise<void>): void {
  const early: [bytes: Buffer, binary: boolean][] = [];
  const keep = (bytes: Buffer, binary: boolean): void => void early.push([bytes, binary]);
  webSocket.on('message', keep);
  webSocket.pause();
  run()
    .finally(() => {
      webSocket.off('message', keep);
      for (const [bytes, binary] of early) webSocket.emit('message', bytes, binary);
      webSocket.resume();
    })
    .catch(() => webSocket.terminate());
}

// Without a closure of its own: it would keep the request, its headers and token with the socket.
function terminate(this: WebSocket): void {
  this.terminate();
}

function destroy(this: Duplex): void {
  this.destroy();
}
