import type { PipelineConnection } from '#db/pipeline-connection.js';
import { Lane, type LaneOptions } from './lane.ts';
import type { SendRequest } from './send-request.ts';

export interface BatchWriterOptions extends Omit<LaneOptions, 'connection'> {
  readonly lanes: number;
  readonly connect: () => PipelineConnection;
  /** Waiting sends past which sockets are no longer read from. */
  readonly maxQueued: number;
}

/**
 * The one writer of messages of a node. A conversation belongs to one lane, by hash, so its
 * messages are stored in the order in which they came.
 */
export class BatchWriter {
  readonly #lanes: readonly Lane[];
  readonly #maxQueued: number;

  constructor(options: BatchWriterOptions) {
    const { lanes, connect, maxQueued, ...rest } = options;
    this.#maxQueued = maxQueued;
    this.#lanes = Array.from({ length: lanes }, () => new Lane({ ...rest, connection: connect() }));
  }

  push(request: SendRequest): void {
    const lane = this.#lanes[hash(request.conversationId) % this.#lanes.length];
    lane?.push(request);
  }

  get queued(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.length, 0);
  }

  /** Sockets stop being read while this holds, so that TCP slows the senders down. */
  get full(): boolean {
    return this.queued >= this.#maxQueued;
  }

  /** Stores what is queued, then closes the connections. */
  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }
}

/** The last characters of a UUID are random in every version. */
const hash = (uuid: string): number => Number.parseInt(uuid.slice(-6), 16);
