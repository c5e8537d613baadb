import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { inheritedDescriptors, openClusterPath } from './cluster-path.ts';
import { parentDeathPrefix } from './parent-death.ts';
import { readPidFile } from './pid-file.ts';
import type { RunAs } from './run-as.ts';

export interface PostmasterOptions {
  readonly binary: string;
  readonly cluster: string;
  readonly args: readonly string[];
  readonly runAs: RunAs;
  readonly onLog: (line: string) => void;
  readonly readyTimeoutMs: number;
}

export interface Postmaster {
  readonly pid: number;
  readonly exited: Promise<number | string>;
  signal(signal: NodeJS.Signals): void;
}

/** Somebody ended the server by a signal before it accepted connections: it may well start again. */
export class KilledWhileStarting extends Error {
  override readonly name = 'KilledWhileStarting';
  readonly signal: string;

  constructor(signal: string, log: string) {
    super(`PostgreSQL did not start (${signal}): ${log}`);
    this.signal = signal;
  }
}

const POLL_MS = 10;
const KEPT_LOG_LINES = 40;

/** Starts the server and resolves when it accepts connections; rejects with the end of its log. */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const log: string[] = [];
  const child = spawnServer(options);
  const exited = new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    // 'close' comes after the last line of the log, but waits for every process that holds the
    // pipe; a killed server's sessions may hold it for long.
    child.once('exit', (code, signal) => resolve(signal ?? code ?? 'unknown'));
  });
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      log.push(line);
      if (log.length > KEPT_LOG_LINES) log.shift();
      options.onLog(line);
    });
  }
  const { pid } = child;
  const outcome = pid === undefined ? exited : Promise.race([exited, ready(pid, options)]);
  const result = await outcome;
  if (pid !== undefined && result === 'ready') {
    return { pid, exited, signal: (signal) => child.kill(signal) };
  }
  if (result === 'timeout') {
    child.kill('SIGQUIT');
    await exited;
  }
  await logEnd(child);
  const words = log.join('\n');
  if (child.signalCode !== null && result !== 'timeout') {
    throw new KilledWhileStarting(child.signalCode, words);
  }
  throw new Error(`PostgreSQL did not start (${result}): ${words}`);
}

function spawnServer(options: PostmasterOptions): ChildProcess {
  const cluster = openClusterPath(options.cluster, options.runAs);
  const command = [...parentDeathPrefix(), options.binary, '-D', cluster.argument, ...options.args];
  const [file = options.binary, ...args] = command;
  try {
    return spawn(file, args, {
      ...options.runAs,
      cwd: '/',
      env: { PATH: process.env.PATH, TZ: 'UTC' },
      stdio: ['ignore', 'ignore', 'pipe', ...inheritedDescriptors(cluster)],
      // A group of its own: Ctrl-C in the terminal is for us, who stop the server last.
      detached: true,
    });
  } finally {
    cluster.close();
  }
}

/** PostgreSQL writes its state into its pid file, whatever the log settings are. */
async function ready(pid: number, options: PostmasterOptions): Promise<'ready' | 'timeout'> {
  const deadline = Date.now() + options.readyTimeoutMs;
  while (Date.now() < deadline) {
    const file = readPidFile(options.cluster);
    if (file?.pid === pid && file.status === 'ready') return 'ready';
    await sleep(POLL_MS, undefined, { ref: false });
  }
  return 'timeout';
}

async function logEnd(child: ChildProcess): Promise<void> {
  if (!child.stderr || child.stderr.readableEnded) return;
  const ended = new Promise((resolve) => child.stderr?.once('close', resolve));
  await Promise.race([ended, sleep(500, undefined, { ref: false })]);
}
