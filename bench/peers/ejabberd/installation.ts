import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { canInstall, debianInstall } from '../../../scripts/test-servers/debian-install.ts';

/** Where Debian's packages keep what a start of ejabberd needs. */
export interface Installation {
  /** Folder of ejabberd's Erlang applications. */
  readonly libraries: string;
  /** The tables that it expects in PostgreSQL. */
  readonly schemaFile: string;
}

const packages = ['ejabberd', 'erlang-p1-pgsql'];

/** Undefined while any part is missing. */
export function findInstallation(root = '/'): Installation | undefined {
  const [beams] = globSync('usr/lib/*/ejabberd-*/ebin/ejabberd.beam', { cwd: root });
  const [driver] = globSync('usr/lib/erlang/lib/p1_pgsql-*/ebin/pgsql.beam', { cwd: root });
  const schemaFile = path.join(root, 'usr/share/ejabberd/sql/pg.sql');
  if (beams === undefined || driver === undefined || !existsSync(schemaFile)) return undefined;
  return { libraries: path.join(root, beams, '../../..'), schemaFile };
}

/** Installs ejabberd where that is possible and needed, or throws the words that say what to do. */
export async function ensureInstallation(): Promise<Installation> {
  const before = findInstallation();
  if (before !== undefined) return before;
  if (!canInstall()) {
    const command = `sudo apt-get install ${packages.join(' ')}`;
    throw new Error(`ejabberd is not installed. Install it, on Debian or Ubuntu: ${command}`);
  }
  console.error(`installing for the benchmarks: ${packages.join(' ')}`);
  await debianInstall(packages);
  const installed = findInstallation();
  if (installed !== undefined) return installed;
  throw new Error(`installed ${packages.join(' ')}, but a part of ejabberd is still missing`);
}
