import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestDatabase } from './cluster.ts';
import { type Environment, environmentOf, openKeys, type TestKeys } from './environment.ts';
import { readMetric } from './read-metric.ts';
import { TestUser } from './test-user.ts';
import { signToken } from './tokens.ts';

export interface NovaProcessOptions {
  readonly database: Pick<TestDatabase, 'url'>;
  readonly config?: Environment;
  /** Those of another node on the same database. */
  readonly keys?: TestKeys;
}

/** The real service as a process of its own, which can be killed and started again. */
export interface NovaProcess extends AsyncDisposable {
  readonly origin: string;
  readonly keys: TestKeys;
  user(name: string): TestUser;
  /** As Prometheus would read it; 0 where it was never set. */
  metric(name: string, labels?: string): Promise<number>;
  signal(name: NodeJS.Signals): void;
  /** Exit code, or the signal's name, of the run that is or was last. */
  readonly exited: Promise<number | string>;
  /** Starts it again after it ended, on another port. */
  restart(): Promise<void>;
}

const entry = fileURLToPath(new URL('../../../apps/server/src/bin/nova.ts', import.meta.url));

export async function startNovaProcess(options: NovaProcessOptions): Promise<NovaProcess> {
  const keys = options.keys ?? openKeys();
  const env = environmentOf(keys, options.database.url, { LOG_LEVEL: 'info', ...options.config });
  let run = await launch(env);
  return {
    keys,
    get origin() {
      return run.origin;
    },
    get exited() {
      return run.exited;
    },
    user(name) {
      const userId = randomUUID();
      const token = signToken(keys.privateKey, { subject: userId, name });
      return new TestUser(name, userId, token, () => run.origin);
    },
    metric: (name, labels) => readMetric(run.metricsPort, name, labels),
    signal: (name) => void run.child.kill(name),
    async restart() {
      await run.exited;
      run = await launch(env);
    },
    async [Symbol.asyncDispose]() {
      run.child.kill('SIGKILL');
      await run.exited;
    },
  };
}

interface Run {
  readonly child: ChildProcess;
  readonly origin: string;
  readonly metricsPort: number;
  readonly exited: Promise<number | string>;
}

function compileCache(): Environment {
  const { NODE_COMPILE_CACHE } = process.env;
  return NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };
}

/** The program under way, whatever becomes of it. */
export interface Service {
  readonly child: ChildProcess;
  /** Exit code, or the signal's name. */
  readonly exited: Promise<number | string>;
  /** Everything it wrote so far. */
  said(): string;
}

export function spawnService(env: Environment, onLine: (line: string) => void = () => {}): Service {
  const child = spawn(process.execPath, ['--conditions=source', entry, 'serve'], {
    env: { PATH: process.env.PATH, ...compileCache(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  createInterface(child.stdout).on('line', (line) => {
    said += `${line}\n`;
    onLine(line);
  });
  return { child, exited, said: () => said };
}

async function launch(env: Environment): Promise<Run> {
  const { promise, resolve } = Promise.withResolvers<{ port: number; metricsPort: number }>();
  const { child, exited, said } = spawnService(env, (line) => {
    const { port, metricsPort } = JSON.parse(line) as { port?: number; metricsPort?: number };
    if (port !== undefined && metricsPort !== undefined) resolve({ port, metricsPort });
  });
  const ended = exited.then((reason) => {
    throw new Error(`the service ended (${reason}) before it served:\n${said()}`);
  });
  const { port, metricsPort } = await Promise.race([promise, ended]);
  return { child, exited, metricsPort, origin: `http://127.0.0.1:${port}` };
}
