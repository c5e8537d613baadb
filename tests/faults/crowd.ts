/** A process that plays a share of the clients, seen from the run. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { CrowdCall, CrowdCalls } from './crowd-words.ts';

export interface Crowd {
  ask<Name extends CrowdCall>(
    name: Name,
    input: CrowdCalls[Name]['input'],
  ): Promise<CrowdCalls[Name]['output']>;
  end(): Promise<void>;
}

interface Answer {
  readonly number: number;
  readonly output?: unknown;
  readonly error?: string;
}

export function startCrowd(): Crowd {
  const child = fork(path.join(import.meta.dirname, 'crowd-process.ts'), [], {
    execArgv: ['--conditions=source'],
    env: { PATH: process.env.PATH },
  });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let lastNumber = 0;
  child.on('message', ({ number, output, error }: Answer) => {
    const asked = waiting.get(number);
    waiting.delete(number);
    if (error === undefined) asked?.resolve(output);
    else asked?.reject(new Error(error));
  });
  child.once('exit', (code, signal) => {
    const error = new Error(`a crowd ended by itself (${signal ?? code})`);
    for (const asked of waiting.values()) asked.reject(error);
  });
  return {
    ask(name, input) {
      lastNumber += 1;
      const asked = Promise.withResolvers<unknown>();
      waiting.set(lastNumber, asked);
      child.send({ number: lastNumber, name, input });
      return asked.promise as Promise<CrowdCalls[typeof name]['output']>;
    },
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
