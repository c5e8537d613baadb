import { Admin } from '@platformatic/kafka';
import { clientOptions, type KafkaConfig } from './client-options.ts';
import { farewell } from './farewell.ts';

/** The brokers that one of those configured names; rejects where none can be talked to. */
export async function reachBrokers(config: KafkaConfig, timeoutMs: number): Promise<number> {
  const admin = new Admin({
    ...clientOptions({ ...config, requestTimeoutMs: timeoutMs }),
    retries: 0,
  });
  try {
    const { brokers } = await admin.metadata({ topics: [], forceUpdate: true });
    return brokers.size;
  } finally {
    await farewell(admin.close());
  }
}
