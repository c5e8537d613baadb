import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { brokerUser } from './broker-properties.ts';

const run = promisify(execFile);
// A bound for what never starts: on a machine that is busy with other tests it may take long.
const startMaxMs = 180_000;
// It lives for seconds: a small heap and the quick compiler serve it best.
const light = ['-Xms96m', '-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

export interface BrokerFiles {
  readonly jars: string;
  readonly directory: string;
}

const properties = ({ directory }: BrokerFiles): string => path.join(directory, 'properties');

/** Makes the folders of a new broker. */
export async function formatBroker(files: BrokerFiles): Promise<void> {
  const id = Buffer.from(crypto.randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
  // In one word with its name: an id may begin with a dash.
  const tool = ['kafka.tools.StorageTool', 'format', `--cluster-id=${id}`];
  const scram = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=${brokerUser.username},password=${brokerUser.password}]`,
  ]);
  await run('java', [
    ...light,
    '-cp',
    `${files.jars}/*`,
    ...tool,
    ...scram,
    '--config',
    properties(files),
  ]);
}

export interface BrokerProcess {
  signal(name: NodeJS.Signals): void;
  readonly exited: Promise<unknown>;
}

/** The file in a template that has the classes of a broker as the Java machine wants them. */
export const archiveName = 'classes.jsa';

/** For the Java machine: classes that it need not read, check and link again from the jars. */
export const fromArchive = (directory: string): readonly string[] => [
  `-XX:SharedArchiveFile=${path.join(directory, archiveName)}`,
];

/** Resolves once the broker takes connections on `port`. It ends with this process, however. */
export async function startBroker(
  files: BrokerFiles,
  port: number,
  words: readonly string[],
): Promise<BrokerProcess> {
  const logging = `-Dlog4j2.configurationFile=${path.join(files.directory, 'log4j2.yaml')}`;
  const java = [
    ...light,
    ...words,
    logging,
    '-cp',
    `${files.jars}/*`,
    'kafka.Kafka',
    properties(files),
  ];
  const child = spawn('java', java, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const hear = (bytes: Buffer): void => {
    said = `${said}${bytes}`.slice(-4_000);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const exited = once(child, 'exit');
  const guard = guardOf(child);
  void exited.then(() => guard.kill('SIGKILL'));
  let running = true;
  void exited.then(() => {
    running = false;
  });
  for (const deadline = Date.now() + startMaxMs; !(await accepts(port)); await delay(50)) {
    if (!running) throw new Error(`Kafka ended while starting:\n${said}`);
    if (Date.now() < deadline) continue;
    child.kill('SIGKILL');
    throw new Error(`Kafka took more than ${startMaxMs} ms to start:\n${said}`);
  }
  return { signal: (name) => void child.kill(name), exited };
}

/** A shell that kills the broker when this process is gone: its standard input ends then. */
function guardOf(child: ChildProcess): ChildProcess {
  const guard = spawn('sh', ['-c', `cat >/dev/null; kill -9 ${child.pid}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  return guard;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (yes: boolean): void => {
      socket.destroy();
      resolve(yes);
    };
    socket.on('connect', () => answer(true));
    socket.on('error', () => answer(false));
  });
}
