/** The service under test: a process of its own that can be killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { findPostmaster, type Postmaster } from './postmaster.ts';
import type { Random } from './random.ts';
import { until } from './until.ts';

export interface ServiceOptions {
  readonly directory: string;
  readonly port: number;
  readonly publicKeyPem: string;
  /** The process ended and nobody had killed it; it is started again a few times. */
  readonly onUnexpectedExit: (reason: string) => void;
}

export interface Service {
  readonly url: string;
  start(): void;
  /** Kills the process with SIGKILL and starts another one at once. */
  killAndRestart(): Promise<void>;
  postmaster(): Postmaster | undefined;
  /** Resolves when it serves, on a database that is ready. */
  recovered(timeoutMs: number): Promise<void>;
  /** Ends it as a deployment would; resolves with its exit code. */
  stop(): Promise<number | null>;
  /** Ends it and its database, whatever state they are in. */
  destroy(): Promise<void>;
  /** Warnings and errors it logged last. */
  complaints(): readonly string[];
}

const program = path.resolve(import.meta.dirname, '../../apps/server/src/bin/nova.ts');
const stopTimeoutMs = 30_000;
const mostUnexpectedExits = 5;

export function createService(options: ServiceOptions): Service {
  const { directory, port, publicKeyPem, onUnexpectedExit } = options;
  const dataDir = path.join(directory, 'data');
  const logFile = path.join(directory, 'service.log');
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  /** Processes whose end was asked for. */
  const ended = new WeakSet<ChildProcess>();
  let unexpectedExits = 0;

  const start = (): void => {
    const log = fs.openSync(logFile, 'a');
    const next = spawn(process.execPath, ['--conditions=source', program, 'serve'], {
      env: {
        PATH: process.env.PATH,
        HOST: '127.0.0.1',
        PORT: String(port),
        METRICS_PORT: '0',
        NOVA_DATA_DIR: dataDir,
        JWT_PUBLIC_KEY_PEM: publicKeyPem,
        DRAIN_SECONDS: '1',
        RATE_LIMIT_SENDS_PER_SECOND: '100000',
        RATE_LIMIT_SENDS_BURST: '100000',
        RATE_LIMIT_REQUESTS_PER_SECOND: '100000',
        RATE_LIMIT_REQUESTS_BURST: '100000',
      },
      stdio: ['ignore', log, log],
    });
    fs.closeSync(log);
    child = next;
    next.once('exit', (code, signal) => {
      if (ended.has(next)) return;
      unexpectedExits += 1;
      onUnexpectedExit(`${signal ?? code} ${complaintsIn(logFile).at(-1) ?? ''}`);
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
    async killAndRestart() {
      await end('SIGKILL');
      start();
    },
    postmaster: () => findPostmaster(dataDir),
    async recovered(timeoutMs) {
      await until('the service on a ready database', timeoutMs, async () => {
        if (findPostmaster(dataDir)?.ready !== true) return undefined;
        const answer = await fetch(`${url}/health`).catch(() => undefined);
        return answer?.status === 200 ? true : undefined;
      });
    },
    stop: () => end('SIGTERM'),
    async destroy() {
      await end('SIGKILL');
      const left = findPostmaster(dataDir);
      if (left === undefined) return;
      process.kill(left.pid, 'SIGINT');
      await until('the end of the database', stopTimeoutMs, () =>
        findPostmaster(dataDir) === undefined ? true : undefined,
      );
      fs.rmSync(left.socketDirectory, { recursive: true, force: true });
    },
    complaints: () => complaintsIn(logFile),
  };
}

/**
 * A port below those that the system hands to outgoing connections: a client that tries to come
 * back must not take the address of the service that is down.
 */
export async function findPort(random: Random): Promise<number> {
  for (;;) {
    const port = random.between(20_000, 32_000);
    const server = net.createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
}

const warnLevel = 40;

function complaintsIn(logFile: string): string[] {
  if (!fs.existsSync(logFile)) return [];
  const lines = fs.readFileSync(logFile, 'utf8').split('\n');
  return lines.filter((line) => isComplaint(line)).slice(-30);
}

function isComplaint(line: string): boolean {
  if (line === '') return false;
  try {
    const { level } = JSON.parse(line) as { level?: number | string };
    return typeof level === 'number' ? level >= warnLevel : /warn|error|fatal/.test(String(level));
  } catch {
    return true;
  }
}
