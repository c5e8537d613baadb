import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { startEmbeddedPostgres } from '@nova/embedded-postgres';
import { commit } from '../measure/machine.ts';
import { temporaryDirectory } from '../measure/temporary-directory.ts';
import type { Options } from '../options.ts';
import { nothingSent, type Outcome } from '../outcome.ts';
import { type NovaOptions, startNova } from '../subjects/nova.ts';

/** P8: from the start of the process to a healthy service. */
export async function start({ subjectCpus: cpus }: Options): Promise<Outcome> {
  const directory = await temporaryDirectory();
  const dataDir = directory.path;
  const startedAt = performance.now();
  try {
    const firstStartMs = await startOnce({ cpus, dataDir });
    const startMs = await startOnce({ cpus, dataDir });
    const productionStartMs = await startInProduction(dataDir, cpus);
    return {
      scenario: 'start',
      subject: 'nova',
      commit: commit(),
      seconds: (performance.now() - startedAt) / 1_000,
      firstStartMs: firstStartMs,
      startMs: startMs,
      productionStartMs: productionStartMs,
      ...nothingSent,
    };
  } finally {
    await directory.remove();
  }
}

async function startOnce(options: NovaOptions): Promise<number> {
  const subject = await startNova(options);
  await subject.close();
  return subject.startMs;
}

/** On the database that the embedded default has created and migrated before. */
async function startInProduction(dataDir: string, cpus: string | undefined): Promise<number> {
  const postgres = await startEmbeddedPostgres({ dataDir: path.join(dataDir, 'postgres') });
  try {
    const env = {
      APP_ENV: 'production',
      DATABASE_URL: postgres.connectionString,
      SECRETBOX_KEY_B64: randomBytes(32).toString('base64'),
    };
    return await startOnce({ cpus, dataDir, env });
  } finally {
    await postgres.stop();
  }
}
