import { execFileSync } from 'node:child_process';
import os from 'node:os';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** The commit measured, with `+` when files differ from it. */
export function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: project, encoding: 'utf8' });
  try {
    const changed = git('status', '--porcelain', '--', 'apps', 'packages', 'migrations') !== '';
    return git('rev-parse', '--short=12', 'HEAD').trim() + (changed ? '+' : '');
  } catch {
    return 'unknown';
  }
}

export function machineSummary(): string {
  const gibibytes = Math.round(os.totalmem() / 2 ** 30);
  const cpus = os.cpus();
  return `${cpus.length} × ${cpus[0]?.model ?? 'unknown CPU'}, ${gibibytes} GiB, ${os.type()} ${os.release()}, Node ${process.version}`;
}
