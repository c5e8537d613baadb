import { keysToServe } from '#config/keys-to-serve.js';
import { readConfig } from '#config/read-config.js';
import { isUnavailable } from '#db/database-error.js';
import { createLogger, type Logger } from '#observe/logger.js';
import { type NovaNode, startNode } from '../server.ts';
import { version } from '../version.ts';

/** EX_CONFIG of sysexits.h: a restart does not help, somebody must change the configuration. */
const badConfiguration = 78;

/** Runs a node until SIGTERM or SIGINT; resolves with the exit code. */
export async function serve(env: Readonly<Record<string, string | undefined>>): Promise<number> {
  const read = readConfig(env);
  if (!read.ok) return refuse(read.problems);
  const { config } = read;
  const missing = keysToServe(config);
  if (missing.length > 0) return refuse(missing);
  const logger = createLogger({
    level: config.process.logLevel,
    readable: config.process.environment === 'development' && process.stdout.isTTY === true,
    fromOutside: isUnavailable,
  });
  for (const warning of read.warnings) logger.warn(warning);
  announce(logger, config.database.url === undefined, config.process.dataDir);
  const stop = stopSignal();
  let node: NovaNode;
  try {
    node = await startNode({ config, logger, version, signal: stop.aborted });
  } catch (error) {
    if (stop.aborted.aborted) {
      logger.info('stopped before it had started');
      return 0;
    }
    logger.fatal({ error }, 'the service could not start');
    return 1;
  }
  logger.info(
    { port: node.port, metricsPort: node.metricsPort, pid: process.pid },
    `serving http and websocket on http://${config.http.host}:${node.port}`,
  );
  const signal = await stop.received;
  logger.info({ signal }, 'draining');
  await node.close();
  logger.info('stopped');
  return 0;
}

function refuse(problems: readonly string[]): number {
  console.error('nova: the configuration has problems; nothing was started\n');
  for (const problem of problems) console.error(`  ${problem}`);
  console.error('\nEvery key: docs/configuration.md');
  return badConfiguration;
}

function announce(logger: Logger, embedded: boolean, dataDir: string): void {
  logger.info(
    embedded
      ? `embedded default: own PostgreSQL, generated keys and development tokens in ${dataDir}; not for production`
      : 'starting',
  );
}

interface Stop {
  readonly received: Promise<NodeJS.Signals>;
  readonly aborted: AbortSignal;
}

function stopSignal(): Stop {
  const stopping = new AbortController();
  const received = new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  void received.then((signal) => stopping.abort(new Error(`stopped by ${signal}`)));
  return { received, aborted: stopping.signal };
}
