// The terminal of a command under test.
import type { CommandIo } from '../command.ts';
import { runCommand } from '../commands.ts';

export interface Ran {
  readonly code: number;
  readonly out: readonly string[];
  readonly error: readonly string[];
  /** Everything a person sees. */
  readonly all: string;
}

export async function ran(line: string, env: CommandIo['env'] = {}): Promise<Ran> {
  const out: string[] = [];
  const error: string[] = [];
  const [name = '', ...args] = line.split(' ').filter((word) => word !== '');
  const code = await runCommand(name, args, {
    env,
    out: (text) => out.push(text),
    error: (text) => error.push(text),
  });
  return { code, out, error, all: [...out, ...error].join('\n') };
}
