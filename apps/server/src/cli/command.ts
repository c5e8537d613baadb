import { parseArgs } from 'node:util';
import type { Environment } from '#config/read-config.js';

/** What a command needs from the process it runs in. */
export interface CommandIo {
  readonly env: Environment;
  /** A line of the result, for programs that read it. */
  readonly out: (line: string) => void;
  /** A line for the person at the terminal. */
  readonly error: (line: string) => void;
  /** Ends long work at the next good moment. */
  readonly signal?: AbortSignal;
}

/** Resolves with the exit code. */
export type Command = (args: readonly string[], io: CommandIo) => Promise<number>;

export const exitCodes = {
  done: 0,
  failed: 1,
  /** The arguments cannot be understood. */
  usage: 2,
  /** EX_CONFIG of sysexits.h: somebody must change the configuration first. */
  configuration: 78,
} as const;

/** Ends a command: the words are for the person who called it. */
export class CommandFailed extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.failed) {
    super(message);
    this.name = 'CommandFailed';
    this.exitCode = exitCode;
  }
}

export function usageError(message: string): CommandFailed {
  return new CommandFailed(message, exitCodes.usage);
}

/** Values of `--name value` options and presence of switches; anything else is a usage error. */
export function parseOptions<const Text extends string, const Switch extends string = never>(
  args: readonly string[],
  names: { readonly texts: readonly Text[]; readonly switches?: readonly Switch[] },
): { readonly [Name in Text]?: string } & { readonly [Name in Switch]?: boolean } {
  const options = Object.fromEntries([
    ...names.texts.map((name) => [name, { type: 'string' as const }]),
    ...(names.switches ?? []).map((name) => [name, { type: 'boolean' as const }]),
  ]);
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true });
    return values as ReturnType<typeof parseOptions<Text, Switch>>;
  } catch (error) {
    // The parser's first sentence names the option; the rest is advice about its own syntax.
    const words = error instanceof Error ? error.message.split('. ')[0] : 'unknown option';
    throw usageError(words ?? 'unknown option');
  }
}
