import { setTimeout as delay } from 'node:timers/promises';
import { Consumer } from '@platformatic/kafka';
import { clientOptions, type KafkaConfig } from './client-options.ts';
import { farewell } from './farewell.ts';

export interface SourceRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | undefined;
  readonly value: Buffer;
}

export interface RecordSourceOptions {
  readonly config: KafkaConfig;
  readonly topic: string;
  /** Given again until it resolves; only then is the record committed, and the next one given. */
  readonly take: (record: SourceRecord) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

const firstDelayMs = 250;
const lastDelayMs = 5_000;
/** Quick for the others when this node is killed, patient with a slow database. */
const sessionTimeoutMs = 6_000;
const heartbeatMs = 1_500;

/** A member of the consumer group, which joins again for as long as it is open. At least once. */
export class RecordSource {
  readonly #options: RecordSourceOptions;
  readonly #closing = new AbortController();
  #consumer: Consumer | undefined;
  #running: Promise<void> | undefined;

  constructor(options: RecordSourceOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Leaves the group, so that its partitions go to the others at once. */
  async close(): Promise<void> {
    this.#closing.abort();
    await farewell(this.#consumer?.close(true));
    // One that is still joining goes by itself once it has.
    await farewell(this.#running);
  }

  async #run(): Promise<void> {
    for (let delayMs = firstDelayMs; !this.#closed; delayMs = longer(delayMs)) {
      try {
        await this.#consume(() => {
          delayMs = firstDelayMs;
        });
      } catch (error) {
        if (!this.#closed) this.#options.onError(error);
      }
      await this.#pause(delayMs);
    }
  }

  async #consume(onTaken: () => void): Promise<void> {
    const { config, topic } = this.#options;
    const consumer = new Consumer({
      ...clientOptions(config),
      groupId: config.consumerGroup,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: heartbeatMs,
      autocreateTopics: true,
      retries: 3,
    });
    // Emitted by a member that was to join again and could not: it is in no group from then on, and
    // its stream would be silent for ever. Heard by nobody, it would end the process.
    const lost = new AbortController();
    consumer.on('error', (error) => lost.abort(error));
    try {
      const stream = await consumer.consume({
        topics: [topic],
        mode: 'committed',
        fallbackMode: 'earliest',
        autocommit: false,
        maxWaitTime: 500,
        highWaterMark: 64,
      });
      // Not before: closed while it joins, its stream would fail where nobody listens.
      stream.on('error', () => undefined);
      lost.signal.addEventListener('abort', () => stream.destroy(lost.signal.reason));
      lost.signal.throwIfAborted();
      this.#consumer = consumer;
      if (this.#closed) return;
      for await (const message of stream) {
        const { partition, offset, key, value } = message;
        await this.#take({ topic, partition, offset, key, value });
        if (this.#closed) return;
        await message.commit();
        onTaken();
      }
    } finally {
      this.#consumer = undefined;
      await farewell(consumer.close(true));
    }
  }

  async #take(record: SourceRecord): Promise<void> {
    for (let delayMs = firstDelayMs; !this.#closed; delayMs = longer(delayMs)) {
      try {
        return await this.#options.take(record);
      } catch (error) {
        this.#options.onError(error);
      }
      await this.#pause(delayMs);
    }
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#closing.signal }).catch(() => undefined);
  }
}

const longer = (delayMs: number): number => Math.min(delayMs * 2, lastDelayMs);
