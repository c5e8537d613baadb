import type { SinkRecord } from '#kafka/record-sink.js';
import type { PublishedEvent } from './event-schema.ts';

/** Well below what a broker takes in one request (1 MiB unless told otherwise). */
const chunkBytes = 524_288;
const chunkRecords = 1_000;

export const recordOf = (topic: string, event: PublishedEvent): SinkRecord => ({
  topic,
  key: event.conversationId,
  value: JSON.stringify(event),
  headers: { id: event.id, type: event.type, 'content-type': 'application/json' },
});

/** In order, in portions that a broker takes; a record beyond the bound goes alone. */
export function chunksOf(records: readonly SinkRecord[]): SinkRecord[][] {
  const chunks: SinkRecord[][] = [];
  let bytes = 0;
  for (const record of records) {
    const recordBytes = Buffer.byteLength(record.value);
    const chunk = chunks.at(-1);
    const fits = bytes + recordBytes <= chunkBytes && (chunk?.length ?? 0) < chunkRecords;
    if (chunk !== undefined && fits) {
      chunk.push(record);
      bytes += recordBytes;
    } else {
      chunks.push([record]);
      bytes = recordBytes;
    }
  }
  return chunks;
}
