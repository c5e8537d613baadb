import pg from 'pg';
import type { Config } from '#config/config.js';
import type { Queryable } from '#db/database.js';
import { checkMasterKeys } from './check-master-keys.ts';
import { checkMigrations } from './check-migrations.ts';
import { connectionsOfNode } from './connections-of-node.ts';
import { type Finding, fail, ok, reason, warn } from './finding.ts';

const subject = 'database';
const oldestMajor = 14;
const timeoutMs = 5_000;
/** Tokens and time-outs are judged by both clocks. */
const skewWarnMs = 1_000;
const skewFailMs = 30_000;

export async function checkDatabase(config: Config): Promise<readonly Finding[]> {
  const { url } = config.database;
  if (url === undefined) {
    return [ok(subject, 'embedded default: PostgreSQL of our own, started by nova serve')];
  }
  const where = new URL(url).host || 'the local socket';
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: timeoutMs,
    application_name: 'nova doctor',
  });
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => {});
    return [
      fail(
        subject,
        `${where}: ${reason(error)}`,
        'check DATABASE_URL, POSTGRES_PASSWORD and the way there',
      ),
    ];
  }
  try {
    const { findings, schemaReady } = await checkMigrations(client, url);
    return [
      ...(await checkServer(client, where, connectionsOfNode(config))),
      await checkClock(client),
      ...findings,
      ...(schemaReady ? await checkSchema(client, config) : []),
    ];
  } catch (error) {
    return [fail(subject, `${where}: ${reason(error)}`, 'see the log of the database')];
  } finally {
    await client.end().catch(() => {});
  }
}

async function checkServer(client: pg.Client, where: string, wanted: number) {
  const { rows } = await client.query(`select
    current_setting('server_version') as version,
    current_setting('server_version_num')::int / 10000 as major,
    current_setting('server_encoding') as encoding,
    current_setting('fsync') = 'on' and current_setting('full_page_writes') = 'on'
      and current_setting('synchronous_commit') <> 'off' as durable,
    pg_is_in_recovery() as standby,
    current_setting('max_connections')::int as connections,
    (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as used`);
  const server = rows[0];
  const findings: Finding[] = [ok(subject, `${where} answers: PostgreSQL ${server.version}`)];
  const add = (wrong: boolean, finding: Finding) => wrong && findings.push(finding);
  add(
    server.major < oldestMajor,
    fail(subject, `PostgreSQL ${server.major} is too old`, `use ${oldestMajor} or later`),
  );
  add(
    server.encoding !== 'UTF8',
    fail(subject, `its encoding is ${server.encoding}`, 'create the database with encoding UTF8'),
  );
  add(
    server.standby,
    fail(subject, 'it is a read-only standby', 'name the primary in DATABASE_URL'),
  );
  add(
    !server.durable,
    warn(
      subject,
      'it confirms before data is safe: a crash loses acknowledged messages',
      'turn fsync, full_page_writes and synchronous_commit on',
    ),
  );
  const free = server.connections - server.used;
  add(
    free < wanted,
    warn(
      subject,
      `${free} of ${server.connections} connections are free, a node takes up to ${wanted}`,
      'raise max_connections, or lower DATABASE_MAX_CONNECTIONS or MESSAGE_LANES',
    ),
  );
  return findings;
}

async function checkClock(client: pg.Client): Promise<Finding> {
  const before = Date.now();
  const { rows } = await client.query(
    'select extract(epoch from clock_timestamp())::float8 * 1000 as now_ms',
  );
  const roundTripMs = Date.now() - before;
  // The answer was made somewhere within the round trip: that much is not skew.
  const apart = Math.abs(rows[0].now_ms - (before + roundTripMs / 2));
  const skewMs = Math.max(0, Math.round(apart - roundTripMs / 2));
  const text = `the database’s clock and ours are ${skewMs} ms apart`;
  if (skewMs < skewWarnMs) return ok('clock', text);
  const todo = 'synchronise both machines’ clocks (NTP)';
  return skewMs < skewFailMs ? warn('clock', text, todo) : fail('clock', text, todo);
}

async function checkSchema(client: pg.Client, config: Config): Promise<readonly Finding[]> {
  const { rows } = await client.query('select epoch from service_state');
  const epoch =
    rows[0] === undefined
      ? fail('epoch', 'the database has none', 'restore the row of service_state')
      : ok('epoch', String(rows[0].epoch));
  const db: Queryable = {
    rows: async (statement, values = []) => (await client.query(statement.text, [...values])).rows,
  };
  return [epoch, ...(await checkMasterKeys(db, config.sealing))];
}
