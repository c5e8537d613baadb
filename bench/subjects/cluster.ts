import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { startRedis } from '@nova/dev-env';
import { startEmbeddedPostgres } from '@nova/embedded-postgres';
import { temporaryDirectory } from '../measure/temporary-directory.ts';
import { createSigningKey, startNova } from './nova.ts';
import type { Subject } from './subject.ts';

/** Several nodes of the service on one durable database and one Redis. */
export async function startCluster(nodes: number, cpus: string | undefined): Promise<Subject> {
  const directory = await temporaryDirectory();
  const closers: (() => Promise<void>)[] = [() => directory.remove()];
  const close = async (): Promise<void> => {
    for (const end of closers.splice(0).reverse()) await end();
  };
  try {
    const postgres = await startEmbeddedPostgres({
      dataDir: path.join(directory.path, 'postgres'),
    });
    closers.push(() => postgres.stop());
    const redis = await startRedis();
    closers.push(() => redis.close());
    const signingKey = createSigningKey();
    const env = {
      DATABASE_URL: postgres.connectionString,
      REDIS_URL: redis.url,
      SECRETBOX_KEY_B64: randomBytes(32).toString('base64'),
      MIGRATE_ON_START: 'true',
    };
    const started: Subject[] = [];
    for (let index = 0; index < nodes; index++) {
      const node = await startNova({ cpus, env, signingKey });
      closers.push(() => node.close());
      started.push(node);
    }
    const [first, ...others] = started;
    if (first === undefined) throw new Error('a cluster has at least one node');
    return { ...first, cluster: { nodes: others, databasePid: postgres.pid }, close };
  } catch (error) {
    await close();
    throw error;
  }
}
