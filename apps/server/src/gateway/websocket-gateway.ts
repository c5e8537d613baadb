import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type CloseReason, closeCodes, limits, subprotocol } from '@nova/protocol/wire';
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
  readonly messageMaxLength: number;
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

interface Peer {
  readonly webSocket: WebSocket;
  readonly socket: Duplex;
  readonly request: IncomingMessage;
}

/** From the upgrade to an authenticated session. Identity comes from the verified token alone. */
export class WebSocketGateway {
  readonly #options: WebSocketGatewayOptions;
  readonly #server: WebSocketServer;
  readonly #awaited = new AwaitedTokens();
  readonly #addresses: SocketsByAddress;
  #draining = false;

  constructor(options: WebSocketGatewayOptions) {
    this.#options = options;
    this.#addresses = new SocketsByAddress(options.socketsPerAddress);
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
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('error', () => webSocket.terminate());
      const token = tokenFromRequest(request.headers);
      const peer = { webSocket, socket, request };
      if (token !== undefined) {
        this.#open(peer, token, given);
        return;
      }
      this.#awaited.add(webSocket, (first) =>
        this.#open(peer, first.token, first.deviceId ?? given, first.id),
      );
    });
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

  /** Nothing more is read until the token was looked at; what came along with it is kept. */
  #open(peer: Peer, token: string, deviceId: string | undefined, replyTo?: number): void {
    const { webSocket } = peer;
    const early: [bytes: Buffer, binary: boolean][] = [];
    const keep = (bytes: Buffer, binary: boolean): void => void early.push([bytes, binary]);
    webSocket.on('message', keep);
    webSocket.pause();
    this.#options.session
      .verify(token)
      .then(
        (verified) => this.#welcome(peer, verified, deviceId, replyTo),
        (error: unknown) => this.#refuseToken(peer, error, replyTo),
      )
      .finally(() => {
        webSocket.off('message', keep);
        for (const [bytes, binary] of early) webSocket.emit('message', bytes, binary);
        webSocket.resume();
      })
      .catch(() => webSocket.terminate());
  }

  #refuseToken({ webSocket, request }: Peer, error: unknown, replyTo: number | undefined): void {
    this.#options.onAuthFailure(request, error);
    const known = error instanceof NovaError ? error : new NovaError('internal', 'failed');
    if (replyTo !== undefined) answer(webSocket, replyTo, known);
    if (known.code !== 'unauthenticated') close(webSocket, 'serverError');
    else if (/expired/.test(known.message)) close(webSocket, 'tokenExpired', known.message);
    else close(webSocket, 'unauthenticated', known.message);
  }

  #welcome(
    { webSocket, socket }: Peer,
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
    const session = new Session(
      webSocket,
      socket,
      { sessionId: randomUUID(), deviceId, token },
      {
        ...this.#options.session,
        cursor: this.#options.cursor,
        onClosed: (closed, code) => {
          this.#options.hub.remove(closed);
          this.#options.sessions.remove(closed);
          this.#options.onClosed(closed, code);
        },
      },
    );
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
      limits: {
        messageMaxLength: options.messageMaxLength,
        maxFrameBytes: options.maxFrameBytes,
        requestsInFlight: limits.requestsInFlight,
      },
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

function close(webSocket: WebSocket, reason: CloseReason, words?: string): void {
  // A close frame carries at most 123 bytes of reason (RFC 6455 §5.5).
  webSocket.close(closeCodes[reason].code, (words ?? closeCodes[reason].meaning).slice(0, 120));
}
