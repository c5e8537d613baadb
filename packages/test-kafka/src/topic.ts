import { randomUUID } from 'node:crypto';
import { readDriver } from './driver.ts';

export interface TopicRecord {
  readonly key: string | undefined;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly partition: number;
}

export const clientOf = (brokers: string) => ({
  clientId: 'nova-test',
  bootstrapBrokers: brokers.split(','),
  retries: 20,
  retryDelay: 100,
});

export async function createTopic(brokers: string, topic: string, partitions = 3): Promise<void> {
  const { Admin } = await readDriver();
  const admin = new Admin(clientOf(brokers));
  try {
    await admin.createTopics({ topics: [topic], partitions, replicas: 1 });
  } finally {
    await admin.close();
  }
}

/** Everything a topic holds, growing as it is produced; in order within each partition. */
export interface TopicWatch extends AsyncDisposable {
  readonly records: readonly TopicRecord[];
}

export async function watchTopic(brokers: string, topic: string): Promise<TopicWatch> {
  const { Consumer } = await readDriver();
  const consumer = new Consumer({ ...clientOf(brokers), groupId: `watch-${randomUUID()}` });
  const records: TopicRecord[] = [];
  let failure: Error | undefined;
  const onError = (error: Error): void => {
    failure = error;
  };
  // Of a member that was to join its group again and could not, also while it is being closed.
  consumer.on('error', onError);
  const stream = await consumer.consume({
    topics: [topic],
    mode: 'earliest',
    autocommit: false,
    maxWaitTime: 100,
  });
  stream.on('data', ({ key, value, headers, partition }) => {
    records.push({
      key: key?.toString(),
      value: value.toString(),
      headers: Object.fromEntries([...headers].map(([name, text]) => [`${name}`, `${text}`])),
      partition,
    });
  });
  stream.on('error', onError);
  return {
    get records() {
      if (failure !== undefined) throw new Error(`${topic} is not heard`, { cause: failure });
      return records;
    },
    async [Symbol.asyncDispose]() {
      await consumer.close(true).catch(() => undefined);
    },
  };
}

/** Puts records on a topic, in the given order. */
export async function produce(
  brokers: string,
  topic: string,
  records: readonly { readonly key?: string; readonly value: string }[],
): Promise<void> {
  const { Producer } = await readDriver();
  const producer = new Producer({ ...clientOf(brokers), idempotent: true });
  try {
    await producer.send({
      messages: records.map(({ key, value }) => ({
        topic,
        value: Buffer.from(value),
        ...(key === undefined ? {} : { key: Buffer.from(key) }),
      })),
    });
  } finally {
    await producer.close();
  }
}

/** The consumer groups that a broker knows. */
export async function groupsOf(brokers: string): Promise<readonly string[]> {
  const { Admin } = await readDriver();
  const admin = new Admin(clientOf(brokers));
  try {
    return [...(await admin.listGroups()).keys()];
  } finally {
    await admin.close();
  }
}
