/**
 * For vitest's `globalSetup`: the cluster that the tests of a run copy, made when one first asks. It
 * and the copies lie in one directory, which is deleted with the run.
 */
import fs from 'node:fs';
import os from 'node:os';
import { openStarter } from '@nova/test-kafka/starter';
import { makeDataDirectory, prepareCluster, starterVariable } from './prepared-cluster.ts';

export default async function setup(): Promise<() => Promise<void>> {
  const directory = makeDataDirectory(os.tmpdir());
  const starter = await openStarter(starterVariable, () => prepareCluster(directory));
  return async () => {
    starter.close();
    await starter.started();
    fs.rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
}
