/** One node under test: a process that can be killed, stopped, drained and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { complaintsIn, lastWordsIn } from './complaints.ts';

export interface ServiceNodeOptions {
  readonly port: number;
  readonly logFile: string;
  readonly env: Readonly<Record<string, string>>;
  /** The process ended and nobody had killed it; it is started again a few times. */
  readonly onUnexpectedExit: (reason: string) => void;
}

export interface ServiceNode {
  readonly url: string;
  start(): void;
  kill(): Promise<void>;
  /** SIGSTOP: its connections stay open and it does nothing, until `resume`. */
  pause(): void;
  resume(): void;
  /** Ends it as a deployment would; resolves with its exit code. */
  stop(): Promise<number | null>;
  /** What it answers to a probe: `ok`, `degraded`…; undefined where it does not answer. */
  status(): Promise<string | undefined>;
  /** Warnings and errors it logged last. */
  complaints(): readonly string[];
}

const program = path.resolve(import.meta.dirname, '../../../apps/server/src/bin/nova.ts');
const stopTimeoutMs = 30_000;
const probeTimeoutMs = 2_000;
const mostUnexpectedExits = 5;

/** What every node of every stage is told. */
const settings = {
  HOST: '127.0.0.1',
  METRICS_PORT: '0',
  RATE_LIMIT_SENDS_PER_SECOND: '100000',
  RATE_LIMIT_SENDS_BURST: '100000',
  RATE_LIMIT_REQUESTS_PER_SECOND: '100000',
  RATE_LIMIT_REQUESTS_BURST: '100000',
};

export function createServiceNode(options: ServiceNodeOptions): ServiceNode {
  const { port, logFile, env, onUnexpectedExit } = options;
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  /** Processes whose end was asked for. */
  const ended = new WeakSet<ChildProcess>();
  let unexpectedExits = 0;

  // A run that is broken off leaves nobody behind.
  process.once('exit', () => child?.kill('SIGKILL'));

  const start = (): void => {
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      throw new Error('a node was started that runs already: nobody would end the first one');
    }
    const log = fs.openSync(logFile, 'a');
    const next = spawn(process.execPath, ['--conditions=source', program, 'serve'], {
      env: { PATH: process.env.PATH, ...settings, PORT: String(port), ...env },
      stdio: ['ignore', log, log],
    });
    fs.closeSync(log);
    child = next;
    next.once('exit', (code, signal) => {
      if (ended.has(next)) return;
      unexpectedExits += 1;
      onUnexpectedExit(`${signal ?? code} ${lastWordsIn(logFile)}`);
      if (unexpectedExits < mostUnexpectedExits) start();
    });
  };

  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const ending = child;
    if (ending === undefined) return null;
    ended.add(ending);
    if (ending.exitCode === null && ending.signalCode === null) {
      const exited = once(ending, 'exit');
      ending.kill(signal);
      const harder = setTimeout(() => ending.kill('SIGKILL'), stopTimeoutMs);
      await exited;
      clearTimeout(harder);
    }
    return ending.exitCode;
  };

  return {
    url,
    start,
    async kill() {
      await end('SIGKILL');
    },
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    stop: () => end('SIGTERM'),
    async status() {
      try {
        const answer = await fetch(`${url}/health`, {
          signal: AbortSignal.timeout(probeTimeoutMs),
        });
        const { status } = (await answer.json()) as { status?: string };
        return status;
      } catch {
        return undefined;
      }
    },
    complaints: () => complaintsIn(logFile),
  };
}
