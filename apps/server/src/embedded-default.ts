import path from 'node:path';
import { type SupervisedPostgres, superviseEmbeddedPostgres } from '@nova/embedded-postgres';
import {
  type DevelopmentIssuer,
  openDevelopmentIssuer,
  openDevelopmentSecretbox,
} from '#auth/development-tokens.js';
import type { Config } from '#config/config.js';
import { isUnavailable } from '#db/database-error.js';
import { applyPending } from '#db/migrate/apply-pending.js';
import type { Logger } from '#observe/logger.js';
import { untilReachable } from './until-reachable.ts';

/** What the service brings along itself where the configuration names nothing. */
export interface EmbeddedDefault {
  readonly databaseUrl: string;
  readonly publicKeyPem: string | undefined;
  readonly secretboxKeyB64: string;
  readonly issuer: DevelopmentIssuer;
  close(): Promise<void>;
}

/**
 * The embedded default: a PostgreSQL of our own in the data directory, migrated, and generated
 * keys. Undefined where a database is configured: then nothing is made up.
 */
export async function openEmbeddedDefault(
  config: Config,
  logger: Logger,
  signal: AbortSignal,
): Promise<EmbeddedDefault | undefined> {
  if (config.database.url !== undefined) return undefined;
  const { dataDir } = config.process;
  const postgres = await startPostgres(path.join(dataDir, 'postgres'), logger);
  try {
    const migrate = async () => void (await applyPending(postgres.connectionString));
    await untilReachable(migrate, { logger, signal, retried: isUnavailable });
    const issuer = await openDevelopmentIssuer(dataDir);
    return {
      databaseUrl: postgres.connectionString,
      publicKeyPem: config.auth.publicKeyPem ?? issuer.publicKeyPem,
      secretboxKeyB64: config.sealing.keyB64 ?? (await openDevelopmentSecretbox(dataDir)),
      issuer,
      close: () => postgres.stop(),
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** Kept running: requests are refused as `unavailable` until a server that ended is back. */
function startPostgres(dataDir: string, logger: Logger): Promise<SupervisedPostgres> {
  const onLog = (line: string): void => logger.debug({ line }, 'postgres');
  return superviseEmbeddedPostgres(
    { dataDir, onLog },
    {
      onExited: (reason, restartInMs) =>
        logger.warn({ reason, restartInMs }, 'the embedded PostgreSQL ended; starting it again'),
      onRestarted: (postgresPid) =>
        logger.info({ postgresPid }, 'the embedded PostgreSQL runs again'),
      onRestartFailed: (error, restartInMs) =>
        logger.error({ error, restartInMs }, 'the embedded PostgreSQL could not be started'),
    },
  );
}
