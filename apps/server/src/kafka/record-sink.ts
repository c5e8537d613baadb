import { Producer } from '@platformatic/kafka';
import { clientOptions, type KafkaConfig } from './client-options.ts';
import { farewell } from './farewell.ts';

export interface SinkRecord {
  readonly topic: string;
  /** Records of one key keep their order. */
  readonly key: string | Buffer | undefined;
  readonly value: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Where records go. */
export interface RecordSink {
  /**
   * Resolves once all in-sync replicas have the records. While brokers are away it tries again for
   * some minutes, under the same sequence numbers, so that a broker that had them already drops the
   * repetition. Rejects after that, when `signal` gives up (the records may or may not have arrived)
   * and at once with what trying again cannot mend: a missing right, a record that is too large.
   */
  send(records: readonly SinkRecord[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

// Not for ever: the client keeps the error of each attempt until it ends.
const retries = 60;
const firstDelayMs = 100;
const lastDelayMs = 3_000;
const retryDelay = (_client: object, _operation: string, attempt: number): number =>
  Math.min(firstDelayMs * 2 ** Math.min(attempt, 10), lastDelayMs);

export function openRecordSink(config: KafkaConfig): RecordSink {
  let producer: Producer | undefined;

  const open = (): Producer =>
    new Producer({
      ...clientOptions(config),
      idempotent: true,
      retries,
      retryDelay,
      compression: config.compression,
      // The brokers decide whether they allow it.
      autocreateTopics: true,
    });

  /** What it still tries is given up with it. */
  const abandon = async (): Promise<void> => {
    const abandoned = producer;
    producer = undefined;
    await farewell(abandoned?.close(true));
  };

  return {
    async send(records, signal) {
      signal.throwIfAborted();
      producer ??= open();
      const gone = Promise.withResolvers<never>();
      const onAbort = (): void => gone.reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      const sent = producer.send({ messages: records.map(toMessage) });
      try {
        await Promise.race([sent, gone.promise]);
      } catch (error) {
        sent.catch(() => undefined);
        await abandon();
        throw error;
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    },
    close: abandon,
  };
}

const toMessage = ({ topic, key, value, headers }: SinkRecord) => ({
  topic,
  ...(key === undefined ? {} : { key: Buffer.from(key) }),
  value: Buffer.from(value),
  headers: new Map(
    Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)]),
  ),
});
