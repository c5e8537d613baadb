/** A real service in this process on a real database, and users who talk to it. */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createNovaClient, type NovaClient } from '@nova/client';
import { startEmbeddedPostgres } from '@nova/embedded-postgres';
import { startNode } from '@nova/server';
import { readConfig } from '../../apps/server/src/config/read-config.ts';
import { openMigrator } from '../../apps/server/src/db/migrate/migrator.ts';
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

const migrations = path.resolve(import.meta.dirname, '../../migrations');
const plenty = '1000000';

export async function openWorld(): Promise<World> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'nova-property-'));
  // Started by root, the database is another user, who must get through to its files.
  fs.chmodSync(directory, 0o755);
  const postgres = await startEmbeddedPostgres({ dataDir: directory, durable: false });
  const { connectionString } = postgres;
  const migrator = await openMigrator({ databaseUrl: connectionString, directory: migrations });
  await migrator.up();
  await migrator.close();
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
      await postgres.stop();
      fs.rmSync(directory, { recursive: true, force: true });
    },
  };
}
