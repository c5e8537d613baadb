#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { withCredentials } from '#config/address.js';
import { placeholdersIn } from '#config/read-config.js';
import { runMigrateCommand } from '#db/migrate/command.js';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    console.error('Stopping after this running migration ...');
    stop.abort();
  });
}

process.exitCode = await runMigrateCommand(process.argv.slice(2), {
  programVersion: readVersion(),
  databaseUrl: () => databaseUrlOf(process.env),
  print: (line) => console.error(line),
  answer: readAnswer,
  signal: stop.signal,
});

function readVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return String(JSON.parse(readFileSync(file, 'utf8')).version);
}

async function readAnswer(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) return line;
  return '';
}

/** The user, the password and the database have variables of their own. */
function databaseUrlOf(env: NodeJS.ProcessEnv): string | undefined {
  const problems = placeholdersIn(env);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const { DATABASE_URL: url, POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = env;
  if (!url || !URL.canParse(url)) return url;
  return withCredentials(url, {
    user: POSTGRES_USER || undefined,
    password: POSTGRES_PASSWORD || undefined,
    database: POSTGRES_DB || undefined,
  });
}
