import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../measure/temporary-directory.ts';
import { Child } from '../subjects/child.ts';
import type { Ceiling } from './around.ts';

const batchSize = 200;
const program = fileURLToPath(new URL('../ceilings/batched-insert.ts', import.meta.url));

/** Durable messages a second when nothing is done but to store them in batches. */
export async function insertCeiling(seconds: number, cpus: string | undefined): Promise<Ceiling> {
  const directory = await temporaryDirectory();
  const child = new Child({
    name: 'batched-insert',
    args: ['--conditions=source', program, String(seconds), String(batchSize)],
    env: { NOVA_DATA_DIR: directory.path },
    cpus,
    ipc: true,
  });
  try {
    const figures = new Promise<Ceiling>((resolve) => child.process.once('message', resolve));
    return await Promise.race([figures, child.died()]);
  } finally {
    await child.stop();
    await directory.remove();
  }
}
