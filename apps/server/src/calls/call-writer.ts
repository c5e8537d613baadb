import type { PipelineConnection } from '#db/pipeline-connection.js';
import { unavailable } from '../errors.ts';
import { CallLane, type CallLaneOptions } from './call-lane.ts';
import { aboutKey, type CallAnswer, type CallRequest } from './call-request.ts';

export interface CallWriterOptions extends Omit<CallLaneOptions, 'connection'> {
  readonly connect: () => PipelineConnection;
}

/** Each holds a connection of its own. */
export const callLanes = 2;
/** Changes waiting past which more are refused: seconds of work. */
const maxQueued = 5_000;

/** The one writer of calls of a node: changes of several calls are stored together. */
export class CallWriter {
  readonly #lanes: readonly CallLane[];
  #closed = false;

  constructor({ connect, ...rest }: CallWriterOptions) {
    this.#lanes = Array.from(
      { length: callLanes },
      () => new CallLane({ ...rest, connection: connect() }),
    );
  }

  /** Carries a request out; rejects with a refusal. */
  run(request: Omit<CallRequest, 'settle'>): Promise<CallAnswer> {
    return new Promise((resolve, reject) => {
      const settle = (answer: CallAnswer | Error): void => {
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      };
      const whole = { ...request, settle };
      const lane = this.#lanes[hash(aboutKey(whole)) % callLanes];
      if (lane === undefined || this.#closed || lane.length >= maxQueued) {
        reject(unavailable('the writer of calls'));
      } else lane.push(whole);
    });
  }

  /** Stores what is queued, then closes the connections. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }
}

/** The last characters of a UUID are random in every version. */
const hash = (uuid: string): number => Number.parseInt(uuid.slice(-6), 16);
