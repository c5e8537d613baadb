import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { cpuOfTree } from '../measure/process-tree.ts';
import { Child } from '../subjects/child.ts';
import type { Subject } from '../subjects/subject.ts';
import { Latency } from './latency.ts';
import type { AnswerMessage, OrderName, Orders } from './orders.ts';
import { addVerdicts, type Verdict } from './verdict.ts';

const program = fileURLToPath(new URL('./process.ts', import.meta.url));
const orderTimeoutMs = 300_000;

export interface FleetOptions {
  readonly processes: number;
  /** Ids of the users, of whom each opens one socket. */
  readonly users: readonly string[];
  readonly cpus: string | undefined;
}

/** The generator processes together, each with its share of the users. */
export class Fleet {
  readonly users: readonly string[];
  readonly #subject: Subject;
  readonly #processes: readonly Child[];
  #orders = 0;

  constructor(subject: Subject, options: FleetOptions) {
    this.#subject = subject;
    this.users = options.users;
    this.#processes = Array.from({ length: options.processes }, () => startProcess(options.cpus));
  }

  get size(): number {
    return this.#processes.length;
  }

  /** CPU that the processes have spent since they were started. */
  get cpuMicros(): number {
    return this.#processes.reduce((sum, { pid }) => sum + cpuOfTree(pid).own, 0);
  }

  /** Gives every process its users and their tokens. */
  async recruit(): Promise<void> {
    // An even number each, so that neighbours can be paired.
    const share = 2 * Math.ceil(this.users.length / this.size / 2);
    const { signingKeyPem } = this.#subject;
    await this.all('recruit', (index) => ({
      processIndex: index,
      users: this.users.slice(index * share, (index + 1) * share),
      signingKeyPem,
    }));
  }

  /**
   * Opens the sockets of the next users, all by default, and resolves with the time it took each.
   * Every process has source addresses, hence ports, of its own.
   */
  async open(concurrency: number, sockets = this.users.length): Promise<Latency> {
    const { port, dialect, numbered, cluster } = this.#subject;
    // Neighbours, who talk with each other, are on different nodes.
    const ports = [port, ...(cluster?.nodes ?? []).map((node) => node.port)];
    const answers = await this.all('open', (index) => ({
      ports,
      dialect,
      numbered,
      network: `127.0.${2 + index}`,
      concurrency: Math.ceil(concurrency / this.size),
      sockets: Math.ceil(sockets / this.size),
    }));
    const handshakes = new Latency();
    for (const answer of answers) handshakes.add(answer.handshakes);
    return handshakes;
  }

  /** Gives an order to every process and resolves with all answers. */
  all<Name extends OrderName>(
    name: Name,
    input: (index: number) => Orders[Name]['input'],
  ): Promise<Orders[Name]['output'][]> {
    return Promise.all(this.#processes.map((_, index) => this.one(index, name, input(index))));
  }

  /** Gives an order to one process. */
  one<Name extends OrderName>(
    index: number,
    name: Name,
    input: Orders[Name]['input'],
  ): Promise<Orders[Name]['output']> {
    const child = this.#processes[index];
    if (child === undefined) throw new Error(`no generator process ${index}`);
    this.#orders += 1;
    const id = this.#orders;
    const answer = answerOf(child, id, name) as Promise<Orders[Name]['output']>;
    child.process.send({ id, name, input });
    return Promise.race([answer, child.died(), this.#subject.child.died()]);
  }

  /** Waits until everything sent has arrived and sums up what every process found. */
  async settle(accepted: number | undefined): Promise<Verdict> {
    return addVerdicts(await this.all('settle', () => ({ accepted })));
  }

  async close(): Promise<void> {
    await Promise.all(this.#processes.map((child) => child.stop()));
  }
}

export function newUsers(count: number): string[] {
  return Array.from({ length: count }, () => randomUUID());
}

function startProcess(cpus: string | undefined): Child {
  const args = ['--conditions=source', program];
  return new Child({ name: 'generator', args, env: {}, cpus, ipc: true });
}

function answerOf(child: Child, id: number, name: OrderName): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      clearTimeout(overdue);
      child.process.off('message', listen);
    };
    const listen = (message: AnswerMessage) => {
      if (message.id !== id) return;
      settle();
      if ('error' in message) reject(new Error(`${name}: ${message.error}`));
      else resolve(message.output);
    };
    const overdue = setTimeout(() => {
      settle();
      reject(new Error(`${name} took longer than ${orderTimeoutMs} ms`));
    }, orderTimeoutMs);
    // Where a process ended before it answered, nothing else keeps the harness from ending.
    overdue.unref();
    child.process.on('message', listen);
  });
}
