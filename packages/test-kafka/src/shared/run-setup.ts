/** For vitest's `globalSetup`: one broker for a whole run, started when a test first asks. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startKafka, type TestKafka } from '../start-kafka.ts';
import { starterVariable } from './starter-variable.ts';

export default async function setup(): Promise<() => Promise<void>> {
  let kafka: Promise<TestKafka> | undefined;
  const starter = createServer(async (_request, response) => {
    try {
      kafka ??= startKafka();
      response.end((await kafka).brokers);
    } catch (error) {
      response.writeHead(500).end(error instanceof Error ? error.message : String(error));
    }
  });
  await new Promise<void>((ready) => starter.listen(0, '127.0.0.1', ready));
  process.env[starterVariable] = `http://127.0.0.1:${(starter.address() as AddressInfo).port}`;
  return async () => {
    starter.closeAllConnections();
    starter.close();
    await (await kafka?.catch(() => undefined))?.[Symbol.asyncDispose]();
  };
}
