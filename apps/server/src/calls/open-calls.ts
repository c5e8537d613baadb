/** Furnishes the room: calls, their signals, and what acts on them as time passes. */
import { randomUUID } from 'node:crypto';
import type { PipelineConnection } from '#db/pipeline-connection.js';
import type { Outgoing } from '#delivery/outgoing.js';
import type { Handler } from '#dispatch/handler.js';
import type { Horizon } from '#log/cursor.js';
import { acceptCall } from './accept-call.ts';
import type { HandlerDeps } from './act-on-call.ts';
import { detach, expel, remove } from './acts.ts';
import type { CallDeps } from './call-deps.ts';
import { liveCallOf, liveChangedFor } from './call-store.ts';
import { CallTail } from './call-tail.ts';
import { CallWriter } from './call-writer.ts';
import { cancelCall } from './cancel-call.ts';
import { changeCall } from './change-call.ts';
import { declineCall } from './decline-call.ts';
import { endCall } from './end-call.ts';
import { getCall } from './get-call.ts';
import { type IceOptions, iceServers } from './ice-servers.ts';
import { leaveCall } from './leave-call.ts';
import { LegSockets } from './leg-sockets.ts';
import { listCalls } from './list-calls.ts';
import { listHistory } from './list-history.ts';
import { resumeCall } from './resume-call.ts';
import { Rosters } from './rosters.ts';
import { Scanner } from './scanner.ts';
import { type SignalDeps, sendSignal } from './send-signal.ts';
import { setLegState } from './set-leg-state.ts';
import { setMediaState } from './set-media-state.ts';
import { SignalBuffer } from './signal-buffer.ts';
import { startCall } from './start-call.ts';
import { frameFor } from './tell.ts';

export interface CallsOptions extends Omit<CallDeps, 'nodeId' | 'writer'> {
  /** A connection of the writer's own. */
  readonly connect: () => PipelineConnection;
  readonly ice: IceOptions;
  /** To the sockets of this node alone: what the bus should have brought. */
  readonly deliver: (events: readonly Outgoing[]) => void;
  readonly onSignal: () => void;
  readonly onError: (error: unknown) => void;
}

export interface CallsRoom {
  readonly tail: CallTail;
  /** Live calls of a user that changed since, as events. */
  framesSince(userId: string, since: Horizon): Promise<readonly string[]>;
  readonly handlers: readonly Handler[];
  readonly scanner: Scanner;
  readonly nodeId: string;
  /** Bytes of signals kept for legs that may come back. */
  readonly bufferedBytes: number;
  /** Calls with a leg on a socket of this node. */
  readonly callsHere: number;
  /** Whether a leg of a call is on this socket. */
  carriesCall(sessionId: string): boolean;
  /** A socket of this node is closed; where its user may come back, legs on it have a grace. */
  socketClosed(sessionId: string, mayReturn: boolean): void;
  start(): Promise<void>;
  close(): Promise<void>;
}

const scanIntervalMs = 1_000;
const sweepIntervalMs = 5_000;
const rosterCacheSize = 20_000;
const signalBytesMax = 64 * 1_048_576;

export function openCalls(options: CallsOptions): CallsRoom {
  const nodeId = randomUUID();
  const writer = new CallWriter({ deps: { ...options, nodeId }, connect: options.connect });
  const deps: CallDeps = { ...options, nodeId, writer };
  const { db, bus, rules, onError } = options;
  const sockets = new LegSockets({
    detach: async (callId, sessionId, mayReturn) => {
      await changeCall(deps, callId, null, (call, nowMs) =>
        mayReturn
          ? detach(call, ({ socket }) => (socket?.sessionId === sessionId ? nowMs : undefined))
          : expel(call, sessionId, nowMs),
      );
    },
    onError,
  });
  const signals = new SignalBuffer({ maxBytes: signalBytesMax });
  const hear = (batch: readonly Outgoing[]): void => {
    for (const outgoing of batch) {
      if (outgoing.kind === 'signal') signals.keep(outgoing);
      if (outgoing.kind === 'state' && outgoing.roster !== undefined) {
        rosters.learn(outgoing.roster);
      }
    }
  };
  const rosters = new Rosters({
    db,
    cacheSize: rosterCacheSize,
    onOver: (callId) => {
      signals.forget(callId);
      sockets.release(callId);
    },
  });
  bus.subscribe((batch) => {
    hear(batch);
    for (const outgoing of batch) {
      if (outgoing.kind !== 'durable') continue;
      for (const userId of outgoing.left ?? []) {
        removeFromCall(deps, outgoing.conversationId, userId).catch(onError);
      }
    }
  });
  const scanner = new Scanner({ ...deps, sockets, onError, intervalMs: scanIntervalMs });
  let sweeping: NodeJS.Timeout | undefined;
  return {
    handlers: handlersOf(
      { ...deps, sockets, rosters, signals, onSignal: options.onSignal },
      options.ice,
    ),
    scanner,
    nodeId,
    tail: new CallTail({
      db,
      rules,
      deliver: (events) => {
        hear(events);
        options.deliver(events);
      },
    }),
    async framesSince(userId, since) {
      const live = await liveChangedFor(db, userId, since.toString());
      return live.map((call) => frameFor(call, rules, userId));
    },
    get bufferedBytes() {
      return signals.bytes;
    },
    get callsHere() {
      return sockets.callCount;
    },
    carriesCall: (sessionId) => sockets.isBound(sessionId),
    socketClosed: (sessionId, mayReturn) => sockets.closed(sessionId, mayReturn),
    async start() {
      await scanner.start();
      sweeping = setInterval(() => signals.sweep(), sweepIntervalMs).unref();
    },
    async close() {
      clearInterval(sweeping);
      await sockets.settleAll();
      await scanner.close();
      await writer.close();
    },
  };
}

/** The two halves of leaving a conversation: its messages, and its call. */
async function removeFromCall(
  deps: CallDeps,
  conversationId: string,
  userId: string,
): Promise<void> {
  const live = await liveCallOf(deps.db, conversationId);
  if (live === undefined) return;
  await changeCall(deps, live.id, null, (call, nowMs) => remove(call, userId, nowMs));
}

function handlersOf(deps: HandlerDeps & SignalDeps, ice: IceOptions): readonly Handler[] {
  return [
    startCall(deps),
    acceptCall(deps),
    declineCall(deps),
    cancelCall(deps),
    leaveCall(deps),
    endCall(deps),
    resumeCall(deps),
    sendSignal(deps),
    setMediaState(deps),
    setLegState(deps),
    getCall(deps),
    listCalls(deps),
    listHistory(deps),
    iceServers(deps, ice),
  ] as unknown as readonly Handler[];
}
