import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

const keptLogCharacters = 16_000;
const shownLogCharacters = 4_000;
const stopTimeoutMs = 20_000;
const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((file) => existsSync(file));

export interface ChildOptions {
  /** What it is called when something is said about it. */
  readonly name: string;
  /** The program; by default this Node. */
  readonly command?: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** CPUs to run on, as `taskset -c` takes them. */
  readonly cpus: string | undefined;
  readonly ipc?: boolean;
  /** How it is asked to end, by default SIGTERM. */
  readonly endSignal?: 'SIGTERM' | 'SIGKILL';
}

/** A process that ends with the one that started it, whatever becomes of that. */
export class Child {
  static readonly #living = new Set<Child>();
  readonly process: ChildProcess;
  readonly pid: number;
  readonly exited: Promise<string>;
  readonly #name: string;
  readonly #endSignal: 'SIGTERM' | 'SIGKILL';
  #log = '';
  #stopping = false;

  constructor(options: ChildOptions) {
    this.#name = options.name;
    this.#endSignal = options.endSignal ?? 'SIGTERM';
    const [command = '', ...args] = [
      ...(setpriv === undefined ? [] : [setpriv, '--pdeathsig', this.#endSignal.slice(3)]),
      ...(options.cpus === undefined ? [] : ['taskset', '-c', options.cpus]),
      options.command ?? process.execPath,
      ...options.args,
    ];
    this.process = spawn(command, args, {
      env: { PATH: process.env.PATH, TZ: 'UTC', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe', ...(options.ipc === true ? (['ipc'] as const) : [])],
    });
    if (this.process.pid === undefined) throw new Error(`${command} could not be started`);
    this.pid = this.process.pid;
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#log = (this.#log + chunk.toString()).slice(-keptLogCharacters);
      });
    }
    Child.#living.add(this);
    this.exited = new Promise((resolve) => {
      this.process.once('exit', (code, signal) => {
        Child.#living.delete(this);
        resolve(String(signal ?? code));
      });
    });
  }

  /** Ends every child; whoever waits for one fails and cleans up behind itself. */
  static endAll(): void {
    for (const child of Child.#living) child.process.kill(child.#endSignal);
  }

  /** The end of what the process wrote, both streams. */
  get log(): string {
    return this.#log;
  }

  /** Rejects when the process ends before it is stopped. */
  async died(): Promise<never> {
    const how = await this.exited;
    if (this.#stopping) return new Promise(() => {});
    throw new Error(`${this.#name} ended (${how}): ${this.#log.slice(-shownLogCharacters)}`);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.process.kill(this.#endSignal);
    const harder = setTimeout(() => this.process.kill('SIGKILL'), stopTimeoutMs);
    await this.exited;
    clearTimeout(harder);
  }
}
