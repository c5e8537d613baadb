import { Producer } from '@platformatic/kafka';
import { clientOptions, type KafkaConfig } from './client-options.ts';

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
   * Resolves once all in-sync replicas have the records. While brokers are away it keeps trying,
   * under the same sequence numbers, so that a broker that had them already drops the repetition;
   * `signal` gives up, and the records may or may not have arrived. Rejects with what trying again
   * cannot mend: a topic that does not exist, a right that is missing.
   */
  send(records: readonly SinkRecord[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

const retryDelayMs = 250;

export function openRecordSink(config: KafkaConfig): RecordSink {
  let producer: Producer | undefined;

  const open = (): Producer =>
    new Producer({
      ...clientOptions(config),
      idempotent: true,
      retries: Number.MAX_SAFE_INTEGER,
      retryDelay: retryDelayMs,
      compression: config.compression,
      // The brokers decide whether they allow it.
      autocreateTopics: true,
    });

  /** What it still tries is given up with it. */
  const abandon = async (): Promise<void> => {
    const abandoned = producer;
    producer = undefined;
    await abandoned?.close(true).catch(() => undefined);
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
