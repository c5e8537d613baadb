/** One node on the database that it runs itself. */
import fs from 'node:fs';
import path from 'node:path';
import type { FaultKind, PlannedFault } from '../fault-kinds.ts';
import { createRandom } from '../random.ts';
import { until } from '../until.ts';
import { findPort } from './find-port.ts';
import { findPostmaster } from './postmaster.ts';
import { createServiceNode } from './service-node.ts';
import type { Stage, StageOptions, Undo } from './stage.ts';

const databaseTimeoutMs = 90_000;
const stopTimeoutMs = 30_000;
const kinds: readonly FaultKind[] = ['nodeKill', 'nodeStop', 'databaseKill'];

export async function openAlone({
  directory,
  publicKeyPem,
  onOddity,
}: StageOptions): Promise<Stage> {
  const dataDir = path.join(directory, 'data');
  const node = createServiceNode({
    port: await findPort(createRandom(process.pid)),
    logFile: path.join(directory, 'service.log'),
    env: { NOVA_DATA_DIR: dataDir, JWT_PUBLIC_KEY_PEM: publicKeyPem, DRAIN_SECONDS: '1' },
    onUnexpectedExit: (reason) => onOddity(`the service ended by itself: ${reason}`),
  });
  const strikes: Partial<Record<FaultKind, () => Promise<Undo>>> = {
    async nodeKill() {
      await node.kill();
      return async () => node.start();
    },
    async nodeStop() {
      node.pause();
      return async () => node.resume();
    },
    async databaseKill() {
      const { pid } = await until('a database to kill', databaseTimeoutMs, () =>
        findPostmaster(dataDir),
      );
      process.kill(pid, 'SIGKILL');
      return async () => {};
    },
  };
  return {
    url: node.url,
    nodes: 1,
    kinds,
    start: async () => node.start(),
    entrance: () => ({ url: node.url }),
    connectionString: () => findPostmaster(dataDir)?.connectionString,
    databasePid: () => findPostmaster(dataDir)?.pid,
    async recovered(timeoutMs) {
      await until('the service on a ready database', timeoutMs, async () => {
        if (findPostmaster(dataDir)?.ready !== true) return undefined;
        return (await node.status()) === 'ok' ? true : undefined;
      });
    },
    strike({ kind }: PlannedFault) {
      const strike = strikes[kind];
      if (strike === undefined) throw new Error(`${kind} cannot happen to a single node`);
      return strike();
    },
    published: async () => undefined,
    async stop() {
      const exitCode = await node.stop();
      return exitCode === 0 ? [] : [`the service stopped with ${exitCode}`];
    },
    async destroy() {
      await node.kill();
      const left = findPostmaster(dataDir);
      if (left === undefined) return;
      process.kill(left.pid, 'SIGINT');
      await until('the end of the database', stopTimeoutMs, () =>
        findPostmaster(dataDir) === undefined ? true : undefined,
      );
      fs.rmSync(left.socketDirectory, { recursive: true, force: true });
    },
    complaints: node.complaints,
  };
}
