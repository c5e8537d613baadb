import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../apps/server/src/bin/nova.ts', import.meta.url));

/** What `nova doctor` prints, line by line, whatever it finds. */
export function doctorOf(env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const given = ['--conditions=source', entry, 'doctor'];
  return new Promise((resolve) => {
    execFile(process.execPath, given, { env: { PATH: process.env.PATH, ...env } }, (_, out) =>
      resolve(out.split('\n')),
    );
  });
}
