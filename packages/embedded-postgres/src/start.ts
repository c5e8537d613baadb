import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chooseEndpoint, connectionUrl, type Endpoint, type Listen } from './endpoint.ts';
import { initCluster, SUPERUSER } from './init-cluster.ts';
import { locateBinaries } from './locate-binaries.ts';
import { type Claim, claimOwnership } from './owner-record.ts';
import { readPidFile } from './pid-file.ts';
import { type Postmaster, type PostmasterOptions, startPostmaster } from './postmaster.ts';
import { awaitPredecessor } from './predecessor.ts';
import { chooseRunAs, type RunAs } from './run-as.ts';
import { serverArguments } from './server-settings.ts';

export interface EmbeddedPostgresOptions {
  /** Made if absent. Holds the cluster (`cluster/`) and the record of who runs it. */
  readonly dataDir: string;
  /** False trades crash safety for speed; for tests only. Default true. */
  readonly durable?: boolean;
  /** Server settings that win over the tuned ones, as in `postgresql.conf`. */
  readonly settings?: Readonly<Record<string, string>>;
  /**
   * `socket` (default): a Unix socket in a directory that only its owner may enter. A number adds
   * that TCP port on 127.0.0.1 (0: any free port) without a password, so every local user gets in:
   * for tests only.
   */
  readonly listen?: Listen;
  readonly onLog?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** URL of the database `postgres`, for `pg`, psql and libpq. */
  readonly connectionString: string;
  /** Directory of the Unix socket, or 127.0.0.1 when a TCP port was asked for. */
  readonly host: string;
  readonly port: number;
  /** The superuser; there is no password. */
  readonly user: string;
  readonly pid: number;
  readonly dataDir: string;
  /** Settles with the exit code or the signal's name when the server ended, for whatever reason. */
  readonly exited: Promise<number | string>;
  connectionStringFor(database: string): string;
  /** Disconnects everybody, writes a checkpoint and resolves when the server is gone. */
  stop(): Promise<void>;
  /** SIGKILL to the server, for tests of crash recovery. */
  kill(): void;
}

const PREDECESSOR_TIMEOUT_MS = 60_000;
const READY_TIMEOUT_MS = 180_000;
const STOP_TIMEOUT_MS = 60_000;
const ORPHANS_TIMEOUT_MS = 15_000;
const RETRY_MS = 250;

/**
 * Starts the PostgreSQL that the optional packages bring along, creating its cluster on first use.
 *
 * The server ends with this process, also with one that is killed: at once where `setpriv` exists
 * (Linux), otherwise when the next start finds it. Only one process may hold a data directory.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const dataDir = makeDataDirectory(options.dataDir);
  const cluster = path.join(dataDir, 'cluster');
  const claim = claimOwnership(dataDir, () => {
    const running = readPidFile(cluster);
    return running ? ` (PostgreSQL pid ${running.pid})` : '';
  });
  try {
    const runAs = chooseRunAs(ownerOf(cluster));
    const durable = options.durable ?? true;
    const binaries = locateBinaries(runAs);
    await awaitPredecessor({
      cluster,
      ownerDied: claim.tookOver,
      timeoutMs: PREDECESSOR_TIMEOUT_MS,
    });
    await initCluster({ binaries, cluster, runAs, durable });
    const endpoint = await chooseEndpoint(dataDir, options.listen ?? 'socket', runAs);
    const postmaster = await startBesideNoOther({
      binary: binaries.postgres,
      cluster,
      args: serverArguments({ ...endpoint, durable, settings: options.settings ?? {} }),
      runAs,
      onLog: options.onLog ?? (() => {}),
      readyTimeoutMs: READY_TIMEOUT_MS,
    });
    return running(dataDir, endpoint, postmaster, claim);
  } catch (error) {
    claim.release();
    throw error;
  }
}

function running(
  dataDir: string,
  endpoint: Endpoint,
  postmaster: Postmaster,
  claim: Claim,
): EmbeddedPostgres {
  const connectionStringFor = (database: string) => connectionUrl(endpoint, SUPERUSER, database);
  const exited = postmaster.exited.then((reason) => {
    claim.release();
    return reason;
  });
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    postmaster.signal('SIGINT');
    const harder = setTimeout(() => postmaster.signal('SIGQUIT'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(harder);
    fs.rmSync(endpoint.socketDirectory, { recursive: true, force: true });
  };
  return {
    connectionString: connectionStringFor('postgres'),
    connectionStringFor,
    host: endpoint.host,
    port: endpoint.port,
    user: SUPERUSER,
    pid: postmaster.pid,
    dataDir,
    exited,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
    kill: () => postmaster.signal('SIGKILL'),
  };
}

function makeDataDirectory(dataDir: string): string {
  // As root the server is somebody else, who must get through to the cluster, itself private.
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  fs.mkdirSync(dataDir, { recursive: true, mode });
  return fs.realpathSync(dataDir);
}

function ownerOf(cluster: string): RunAs | undefined {
  const stat = fs.statSync(cluster, { throwIfNoEntry: false });
  return stat && { uid: stat.uid, gid: stat.gid };
}

/** Where the sessions of a killed server cannot be listed, the shared memory they hold tells. */
async function startBesideNoOther(options: PostmasterOptions): Promise<Postmaster> {
  const deadline = Date.now() + ORPHANS_TIMEOUT_MS;
  for (;;) {
    try {
      return await startPostmaster(options);
    } catch (error) {
      const shared = String(error).includes('pre-existing shared memory block');
      if (!shared || Date.now() > deadline) throw error;
      await sleep(RETRY_MS);
    }
  }
}
