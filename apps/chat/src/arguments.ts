import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

export interface ChatArguments {
  readonly as: string;
  readonly with: readonly string[];
  readonly group: string | null;
  readonly url: string;
  readonly token: string | null;
  readonly stateDirectory: string;
}

export const usage = `Usage: npm run chat -- --as NAME --with NAME [options]
       npm run chat -- --as NAME --group TITLE [--with NAME,NAME] [options]

  --as NAME        who you are
  --with NAME      whom to talk to; several for a group, separated by commas
  --group TITLE    a group of yours with that title, made if there is none
  --url URL        where the service is (http://localhost:3000)
  --token TOKEN    a token, where the service gives none to developers
  --state DIR      where unsent messages are kept (~/.nova-chat)`;

/** Throws an error with words for the user where something is missing or unknown. */
export function readArguments(argv: readonly string[]): ChatArguments | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      as: { type: 'string' },
      with: { type: 'string', multiple: true },
      group: { type: 'string' },
      url: { type: 'string', default: 'http://localhost:3000' },
      token: { type: 'string' },
      state: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  if (values.as === undefined) throw new Error('--as NAME is missing');
  const others = (values.with ?? [])
    .flatMap((names) => names.split(','))
    .map((name) => name.trim());
  if (values.group === undefined && others.length !== 1) {
    throw new Error('say with whom: --with NAME, or --group TITLE for more than one');
  }
  if (!URL.canParse(values.url)) throw new Error(`--url ${values.url} is no address`);
  return {
    as: values.as,
    with: others.filter((name) => name !== ''),
    group: values.group ?? null,
    url: values.url.replace(/\/+$/, ''),
    token: values.token ?? null,
    stateDirectory: values.state ?? join(homedir(), '.nova-chat'),
  };
}
