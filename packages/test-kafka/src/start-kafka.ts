import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { brokerFiles } from './broker-files.ts';
import { type BrokerProcess, fromArchive, startBroker } from './broker-process.ts';
import { brokerUser } from './broker-properties.ts';
import { brokerTemplate, copyTemplate } from './broker-template.ts';
import { freePort } from './free-port.ts';

/** A broker of the test's own, on one port for its whole life. */
export interface TestKafka extends AsyncDisposable {
  /** As KAFKA_BROKERS wants it. */
  readonly brokers: string;
  /** The same broker over TLS, for who signs in. */
  readonly secure: {
    readonly brokers: string;
    readonly caPem: string;
    readonly username: string;
    readonly password: string;
  };
  /** Ends it in order; what it holds stays, so that `start` finds it. */
  stop(): Promise<void>;
  /** SIGKILL, as when the machine loses it. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** SIGSTOP: connections stay open and nobody answers, until `resume`. */
  pause(): void;
  resume(): void;
}

export async function startKafka(): Promise<TestKafka> {
  const jars = await brokerFiles();
  const template = await brokerTemplate(jars);
  const directory = await mkdtemp(path.join(os.tmpdir(), 'nova-kafka-'));
  const files = { jars, directory };
  const [plain, secure, controller] = [await freePort(), await freePort(), await freePort()];
  const boot = (): Promise<BrokerProcess> =>
    startBroker(files, plain, fromArchive(template.directory));
  let broker: BrokerProcess;
  try {
    await copyTemplate(template, directory, { plain, secure, controller });
    broker = await boot();
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    broker.signal('SIGCONT');
    broker.signal(signal);
    await broker.exited;
  };
  return {
    brokers: `127.0.0.1:${plain}`,
    secure: { brokers: `127.0.0.1:${secure}`, caPem: template.caPem, ...brokerUser },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async start() {
      broker = await boot();
    },
    pause: () => broker.signal('SIGSTOP'),
    resume: () => broker.signal('SIGCONT'),
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
  };
}
