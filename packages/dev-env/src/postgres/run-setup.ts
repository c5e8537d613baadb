/** For vitest's `globalSetup`: the cluster that the tests of a run copy, made when one first asks. */
import fs from 'node:fs';
import { openStarter } from '@nova/test-kafka/starter';
import { prepareCluster, starterVariable } from './prepared-cluster.ts';

export default async function setup(): Promise<() => Promise<void>> {
  let dataDir: string | undefined;
  const starter = await openStarter(starterVariable, async () => {
    dataDir = await prepareCluster();
    return dataDir;
  });
  return async () => {
    starter.close();
    await starter.started();
    if (dataDir !== undefined) fs.rmSync(dataDir, { recursive: true, force: true });
  };
}
