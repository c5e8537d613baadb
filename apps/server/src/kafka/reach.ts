import { clientOptions, type KafkaConfig } from './client-options.ts';
import { farewell } from './farewell.ts';

/** The brokers that one of those configured names; rejects where none can be talked to. */
export async function reachBrokers(config: KafkaConfig, timeoutMs: number): Promise<number> {
  // Read when it is needed: every subcommand of `nova` starts in half the time without it.
  const { Admin } = await import('@platformatic/kafka');
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
