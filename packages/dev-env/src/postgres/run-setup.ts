/**
 * For vitest's `globalSetup`: the cluster that the tests of a run copy, made when one first asks. It
 * and the copies lie in one directory, which is deleted with the run.
 */
import fs from 'node:fs';
import os from 'node:os';
import { openStarter } from '@nova/test-kafka/starter';
import { makeDataDirectory, prepareCluster, starterVariable } from './prepared-cluster.ts';

const inMemory = '/dev/shm';
/** More than the databases of a run come to, and than the programs of a run take beside them. */
const spareBytes = 12 * 2 ** 30;

/** Databases of tests outlive nothing, so memory will do: to delete them from a disk takes long. */
function roomyParent(): string {
  try {
    const { bavail, bsize } = fs.statfsSync(inMemory);
    if (Math.min(bavail * bsize, process.availableMemory()) >= spareBytes) return inMemory;
  } catch {
    // There is none on this system.
  }
  return os.tmpdir();
}

export default async function setup(): Promise<() => Promise<void>> {
  const directory = makeDataDirectory(roomyParent());
  const starter = await openStarter(starterVariable, () => prepareCluster(directory));
  return async () => {
    starter.close();
    await starter.started();
    fs.rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
}
