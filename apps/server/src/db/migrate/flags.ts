/** A program's or command's options: a switch takes no value, the others the next argument. */
export type FlagTypes = Readonly<Record<string, 'switch' | 'text' | 'count'>>;

export interface ParsedFlags {
  switch(name: string): boolean;
  text(name: string): string;
  count(name: string): number | undefined;
  /** What follows the options. */
  readonly rest: readonly string[];
}

/** The arguments do not make sense; the exit code is 2. */
export class UsageError extends Error {}

/** Options as Go programs read them: `-name value`, `--name=value`, up to the first other word. */
export function parseFlags(args: readonly string[], types: FlagTypes): ParsedFlags {
  const values = new Map<string, string>();
  let index = 0;
  for (; index < args.length; index++) {
    const argument = args[index] ?? '';
    if (argument === '--') {
      index++;
      break;
    }
    const [, name, inline] = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(argument) ?? [];
    if (name === undefined) break;
    const type = types[name];
    if (type === undefined) throw new UsageError(`flag provided but not defined: -${name}`);
    const value = inline ?? (type === 'switch' ? 'true' : args[++index]);
    if (value === undefined) throw new UsageError(`flag needs an argument: -${name}`);
    requireValid(name, type, value);
    values.set(name, value);
  }
  return {
    switch: (name) => /^(1|t|true)$/i.test(values.get(name) ?? ''),
    text: (name) => values.get(name) ?? '',
    count: (name) => (values.has(name) ? Number(values.get(name)) : undefined),
    rest: args.slice(index),
  };
}

function requireValid(name: string, type: FlagTypes[string], value: string): void {
  const valid =
    type === 'text' || (type === 'count' ? /^[0-9]+$/ : /^(1|t|true|0|f|false)$/i).test(value);
  if (!valid) throw new UsageError(`invalid value "${value}" for flag -${name}`);
}
