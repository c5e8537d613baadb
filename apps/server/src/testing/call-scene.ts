/** Calls of several nodes on one real database, with a clock that tests move. */
import { randomUUID } from 'node:crypto';
import type { InputOf, OperationByName, OperationName, OutputOf } from '@nova/protocol';
import { type CallsRoom, openCalls } from '#calls/open-calls.js';
import type { Database } from '#db/database.js';
import { pipelineConnection } from '#db/pipeline-connection.js';
import type { Bus } from '#delivery/bus.js';
import type { Outgoing } from '#delivery/outgoing.js';
import { rules } from './call-fixtures.ts';
import { openScene, type Scene } from './scene.ts';

type CallOperation = Extract<OperationName, `call.${string}` | 'rtc.iceServers'>;
type AnyRun = (caller: object, input: unknown) => Promise<unknown>;

/** A device with a socket on one of the nodes. */
export interface CallDevice {
  readonly userId: string;
  readonly deviceId: string;
  readonly sessionId: string;
  run<Name extends CallOperation>(
    name: Name,
    input: InputOf<OperationByName<Name>>,
  ): Promise<OutputOf<OperationByName<Name>>>;
  /** The socket is gone, and its node knows. */
  lose(mayReturn?: boolean): void;
}

export interface CallScene {
  readonly scene: Scene;
  readonly nodes: readonly CallsRoom[];
  device(userId: string, node?: number, deviceId?: string): CallDevice;
  /** Lets time pass, and the nodes look; with `youngerMs` only at calls begun since. */
  pass(ms: number, youngerMs?: number): Promise<void>;
  readonly errors: unknown[];
  close(): Promise<void>;
}

export interface CallSceneOptions {
  /** What each node publishes to and hears; one for all of them by default. */
  readonly busOf?: (node: number) => Bus;
  /** What a node gives to its own sockets past the bus. */
  readonly deliver?: (node: number, events: readonly Outgoing[]) => void;
}

export async function openCallScene(
  { db, connectionString }: { readonly db: Database; readonly connectionString: string },
  nodeCount = 2,
  { busOf, deliver }: CallSceneOptions = {},
): Promise<CallScene> {
  const scene = await openScene(db);
  const errors: unknown[] = [];
  let nowMs = Date.now();
  const nodes = Array.from({ length: nodeCount }, (_, node) =>
    openCalls({
      ...scene,
      connect: () => pipelineConnection({ connectionString, poolTimeoutMs: 10_000 }),
      bus: busOf?.(node) ?? scene.bus,
      rules,
      ice: { stunUrls: [], turnUrls: [], turnSecrets: [] },
      clock: () => nowMs,
      onChanged: () => undefined,
      deliver: (events) => deliver?.(node, events),
      onSignal: () => undefined,
      onError: (error) => errors.push(error),
    }),
  );
  return {
    scene,
    nodes,
    errors,
    async close() {
      await Promise.all(nodes.map((node) => node.close()));
    },
    device(userId, node = 0, deviceId = randomUUID()) {
      const room = nodes[node];
      const sessionId = randomUUID();
      const socket = { sessionId, open: true };
      const caller = { userId, deviceId, requestId: randomUUID(), socket };
      return {
        ...{ userId, deviceId, sessionId },
        async run(name, input) {
          const handler = room?.handlers.find((one) => one.name === name);
          if (handler === undefined) throw new Error(`no handler for ${name}`);
          const reply = await (handler.run as unknown as AnyRun)(caller, input);
          return JSON.parse(JSON.stringify(reply));
        },
        lose(mayReturn = true) {
          socket.open = false;
          room?.socketClosed(sessionId, mayReturn);
        },
      };
    },
    async pass(ms, youngerMs) {
      nowMs += ms;
      await Promise.all(nodes.map(({ scanner }) => scanner.scan(youngerMs)));
    },
  };
}
