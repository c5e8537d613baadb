import { prepareBrokers } from '@nova/test-kafka';
import { givenBrokers } from '../test-servers/given-brokers.ts';

/** Where brokers are given, only the tests that stop, kill or secure one still need Java. */
export async function ownBroker(): Promise<string | undefined> {
  if (givenBrokers() === undefined) return undefined;
  return prepareBrokers().then(
    () => undefined,
    (error: unknown) => `KAFKA_BROKERS stays as it is, and ${String(Object(error).message)}`,
  );
}
