import { globSync } from 'node:fs';
import { canInstall, debianInstall } from '../test-servers/debian-install.ts';

/** Where Debian keeps the programs of each PostgreSQL release, the newest last. */
export function serverDirectories(): readonly string[] {
  return globSync('/usr/lib/postgresql/*/bin/postgres')
    .map((file) => file.replace(/\/postgres$/, ''))
    .toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }));
}

/** A PostgreSQL with the pg_dump of its own release: the embedded one brings none along. */
export async function databaseTools(): Promise<string | undefined> {
  if (serverDirectories().length > 0) return undefined;
  const packages = 'postgresql postgresql-client';
  if (!canInstall()) return `needs Debian's PostgreSQL: apt-get install ${packages}`;
  console.log(`installing for the tests: ${packages}`);
  await debianInstall(packages.split(' '));
  return undefined;
}
