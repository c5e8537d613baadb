/** A real service in this process on a real database, and users who talk to it. */
import { randomBytes } from 'node:crypto';
import { createNovaClient, type NovaClient } from '@nova/client';
import { openCluster } from '@nova/dev-env';
import { startNode } from '@nova/server';
import { readConfig } from '../../apps/server/src/config/read-config.ts';
import { createLogger } from '../../apps/server/src/observe/logger.ts';
import { createSigningKey, signToken } from '../faults/tokens.ts';

export interface World {
  readonly url: string;
  readonly connectionString: string;
  token(userId: string): string;
  /** A client of the SDK that tells nothing of its own accord. */
  client(userId: string): NovaClient;
  close(): Promise<void>;
}

const plenty = '1000000';

export async function openWorld(): Promise<World> {
  const cluster = await openCluster();
  const { url: connectionString } = await cluster.createDatabase();
  const { publicKeyPem, privateKeyPem } = createSigningKey();
  const read = readConfig({
    HOST: '127.0.0.1',
    PORT: '0',
    METRICS_PORT: '0',
    DATABASE_URL: connectionString,
    JWT_PUBLIC_KEY_PEM: publicKeyPem,
    SECRETBOX_KEY_B64: randomBytes(32).toString('base64'),
    DRAIN_SECONDS: '0',
    LOG_LEVEL: 'error',
    RATE_LIMIT_REQUESTS_PER_SECOND: plenty,
    RATE_LIMIT_REQUESTS_BURST: plenty,
  });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const { config } = read;
  const logger = createLogger({ level: config.process.logLevel, readable: false });
  const node = await startNode({ config, logger, version: 'test' });
  const url = `http://127.0.0.1:${node.port}`;
  const token = (userId: string): string => signToken(privateKeyPem, userId);
  return {
    url,
    connectionString,
    token,
    client: (userId) =>
      createNovaClient({ url, userId, token: token(userId), reportDelivered: false }),
    async close() {
      await node.close();
      await cluster.close();
    },
  };
}
