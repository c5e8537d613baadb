import { spawnSync } from 'node:child_process';

let prefix: readonly string[] | undefined;

/**
 * What a command line begins with so that the program stops by itself when this process dies,
 * however it dies; nothing where the system cannot do it.
 */
export function parentDeathPrefix(): readonly string[] {
  if (prefix === undefined) {
    const command = ['setpriv', '--pdeathsig', 'INT', '--'];
    const probe = spawnSync('setpriv', [...command.slice(1), 'true'], { stdio: 'ignore' });
    prefix = probe.status === 0 ? command : [];
  }
  return prefix;
}
