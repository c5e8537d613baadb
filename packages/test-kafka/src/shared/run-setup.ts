/** For vitest's `globalSetup`: one broker for a whole run, started when a test first asks. */
import { startKafka, type TestKafka } from '../start-kafka.ts';
import { openStarter } from './starter.ts';
import { starterVariable } from './starter-variable.ts';

export default async function setup(): Promise<() => Promise<void>> {
  let kafka: TestKafka | undefined;
  const starter = await openStarter(starterVariable, async () => {
    kafka = await startKafka();
    return kafka.brokers;
  });
  return async () => {
    starter.close();
    await starter.started();
    await kafka?.[Symbol.asyncDispose]();
  };
}
