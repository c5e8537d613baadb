import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { freePort } from '@nova/test-kafka';

/** A real Redis of the test's own, on a free port, with its data in a temporary directory. */
export interface TestRedis extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
  /** SIGKILL: what was stored in it is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port after it was killed. */
  start(): Promise<void>;
  /** One command by redis-cli; the answer as it prints it. */
  command(...words: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

const attempts = 5;
const execute = promisify(execFile);

export interface TestRedisOptions {
  /** Words for redis-server's command line, such as `--requirepass`, `secret`. */
  readonly settings?: readonly string[];
  /** What a sentinel reads and rewrites. */
  readonly configText?: string;
  /** Speaks TLS on its port; the settings name the certificate. */
  readonly tls?: boolean;
}

export async function startRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  const { settings = [], configText, tls = false } = options;
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'nova-redis-'));
  const configFile = path.join(directory, 'redis.conf');
  if (configText !== undefined) fs.writeFileSync(configFile, configText);
  const words = configText === undefined ? settings : [configFile, ...settings];
  const boot = (at: number): Promise<ChildProcess> => launch(at, directory, words, tls);
  let { port, child } = await onFreePort(boot);
  const emergency = (): void => {
    child.kill('SIGKILL');
    fs.rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', emergency);

  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  const close = async (): Promise<void> => {
    process.off('exit', emergency);
    await kill();
    fs.rmSync(directory, { recursive: true, force: true });
  };
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    kill,
    async start() {
      child = await boot(port);
    },
    async command(...words) {
      const { stdout } = await execute('redis-cli', ['-p', String(port), ...words]);
      return stdout.trim();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Between choosing a free port and taking it somebody else may have taken it. */
async function onFreePort(
  boot: (port: number) => Promise<ChildProcess>,
): Promise<{ readonly port: number; child: ChildProcess }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return { port, child: await boot(port) };
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}

async function launch(
  port: number,
  directory: string,
  settings: readonly string[],
  tls: boolean,
): Promise<ChildProcess> {
  const fixed = ['--bind', '127.0.0.1', '--save', '', '--dir', directory];
  const listen = tls ? ['--port', '0', '--tls-port', String(port)] : ['--port', String(port)];
  const child = spawn('redis-server', [...settings, ...listen, ...fixed], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const said: string[] = [];
  const ready = new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      said.push(line);
      if (/Ready to accept connections|Sentinel ID is/.test(line)) resolve();
    });
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`redis-server ended (${code ?? signal}):\n${said.join('\n')}`)),
    );
  });
  await ready;
  return child;
}
