import { randomUUID } from 'node:crypto';
import { readDriver } from './driver.ts';
import { clientOf } from './topic.ts';

/** The lowest three bits of a batch's attributes. */
const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

/** How the batches of a topic are compressed, as the broker stores them; empty without any. */
export async function compressionOf(brokers: string, topic: string): Promise<readonly string[]> {
  const { Consumer } = await readDriver();
  const consumer = new Consumer({ ...clientOf(brokers), groupId: `look-${randomUUID()}` });
  try {
    const metadata = await consumer.metadata({ topics: [topic] });
    const [node] = metadata.brokers.keys();
    const found = metadata.topics.get(topic);
    if (node === undefined || found === undefined) throw new Error(`there is no ${topic}`);
    const from = { fetchOffset: 0n, currentLeaderEpoch: -1, lastFetchedEpoch: -1 };
    const partitions = found.partitions.map((_, partition) => ({
      ...{ partition, partitionMaxBytes: 1_048_576 },
      ...from,
    }));
    const { responses } = await consumer.fetch({
      node,
      topics: [{ topicId: found.id, partitions }],
    });
    const batches = responses
      .flatMap((response) => response.partitions)
      .flatMap(({ records }) => records ?? []);
    return [...new Set(batches.map(({ attributes }) => codecs[attributes & 7] ?? 'unknown'))];
  } finally {
    await consumer.close(true).catch(() => undefined);
  }
}
