import type { RecordSink, SinkRecord } from '#kafka/record-sink.js';
import type { SourceRecord } from '#kafka/record-source.js';
import { NovaError } from '../errors.ts';
import { applyUserEvent, type UserEventDeps } from './apply-user-event.ts';
import { readUserEvent, type UserEventType } from './user-event.ts';

export type Outcome = 'applied' | 'repeated' | 'ignored' | 'deadLettered';

export interface TakeOptions extends UserEventDeps {
  readonly sink: RecordSink;
  readonly signal: AbortSignal;
  readonly onTaken: (type: UserEventType | 'unknown', outcome: Outcome) => void;
  /** A record that nobody can process was put aside. */
  readonly onPoison: (record: SourceRecord, reason: string) => void;
}

export const deadLetterTopic = (topic: string): string => `${topic}.dlq`;

/**
 * Processes one record. Rejects where trying again can help (the database or Kafka is away); what
 * never can be processed goes to the dead-letter topic with the reason, so that it stops nobody.
 */
export const createTakeUserEvent =
  (options: TakeOptions) =>
  async (record: SourceRecord): Promise<void> => {
    const read = readUserEvent(record.value);
    if ('unknownType' in read) {
      options.onTaken('unknown', 'ignored');
    } else if ('poison' in read) {
      await putAside(options, record, read.poison);
    } else {
      try {
        options.onTaken(read.event.type, await applyUserEvent(options, read.event));
      } catch (error) {
        if (error instanceof NovaError && error.code === 'unavailable') throw error;
        const reason = error instanceof Error ? error.message : String(error);
        await putAside(options, record, `${read.event.type} could not be applied: ${reason}`);
      }
    }
  };

async function putAside(options: TakeOptions, record: SourceRecord, reason: string): Promise<void> {
  await options.sink.send([deadLetter(record, reason)], options.signal);
  options.onTaken('unknown', 'deadLettered');
  options.onPoison(record, reason);
}

const deadLetter = ({ topic, partition, offset, key, value }: SourceRecord, reason: string) =>
  ({
    topic: deadLetterTopic(topic),
    key,
    value,
    headers: { reason, topic, partition: String(partition), offset: String(offset) },
  }) satisfies SinkRecord;
