import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@nova/embedded-postgres';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Migrator, type MigratorOptions, openMigrator } from './migrator.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'nova-migrator-'));
fs.chmodSync(root, 0o755);
let postgres: EmbeddedPostgres;
let admin: pg.Client;
beforeAll(async () => {
  postgres = await startEmbeddedPostgres({ dataDir: path.join(root, 'pg'), durable: false });
  admin = new pg.Client({ connectionString: postgres.connectionString });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await postgres.stop();
  fs.rmSync(root, { recursive: true });
});

let scene = 0;
let directory: string;
let databaseUrl: string;
beforeEach(async () => {
  scene += 1;
  directory = path.join(root, `migrations-${scene}`);
  fs.mkdirSync(directory);
  await admin.query(`create database scene_${scene}`);
  databaseUrl = postgres.connectionStringFor(`scene_${scene}`);
  write('000001_tables.up.sql', 'create table a (id int); create table b (id int);');
  write('000001_tables.down.sql', 'drop table b; drop table a;');
  write('000002_index.up.sql', 'create index concurrently a_id on a (id);');
  write('000002_index.down.sql', 'drop index concurrently a_id;');
});

function write(name: string, text: string): void {
  fs.writeFileSync(path.join(directory, name), text);
}

async function migrate<Result>(
  run: (migrator: Migrator) => Promise<Result>,
  options: Partial<MigratorOptions> = {},
): Promise<Result> {
  const migrator = await openMigrator({ databaseUrl, directory, ...options });
  try {
    return await run(migrator);
  } finally {
    await migrator.close();
  }
}

async function query(sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

const tables = () =>
  query("select relname::text from pg_class where relname in ('a', 'b', 'a_id') order by 1");
const up = (migrator: Migrator) => migrator.up();

describe('up and down', () => {
  it('applies what is pending and takes it back', async () => {
    const planned = await migrate((migrator) => migrator.pendingMigrations());
    expect(planned.map(({ version }) => version)).toEqual([1, 2]);
    expect(await migrate(up)).toEqual(planned);
    expect(await tables()).toEqual(['a', 'a_id', 'b']);
    expect(await migrate((migrator) => migrator.pendingMigrations())).toEqual([]);
    expect(await migrate(up)).toEqual([]);

    expect(await migrate((migrator) => migrator.down(1))).toHaveLength(1);
    expect(await tables()).toEqual(['a', 'b']);
    await migrate((migrator) => migrator.goto(2));
    await migrate((migrator) => migrator.down());
    expect(await tables()).toEqual([]);
    expect(await query('select version from schema_migrations')).toEqual([]);
  });

  it('does what it can before it says that the rest is missing', async () => {
    await expect(migrate((migrator) => migrator.up(5))).rejects.toThrow('limit 3 short');
    expect(await migrate((migrator) => migrator.version())).toEqual({ version: 2, dirty: false });
  });

  it('keeps the table golang-migrate expects', async () => {
    await migrate(up);
    const columns = await query(
      `select column_name || ' ' || data_type || ' ' || is_nullable from information_schema.columns
        where table_name = 'schema_migrations' order by 1`,
    );
    expect(columns).toEqual(['dirty boolean NO', 'version bigint NO']);
    expect(await query('select version, dirty from schema_migrations')).toEqual(['2', false]);
  });

  it('continues a database whose version table stands in another schema', async () => {
    await query('create schema extra');
    const elsewhere = new URLSearchParams({
      'x-migrations-table-quoted': 'true',
      'x-migrations-table': '"extra"."my versions"',
    });
    await migrate(up, { databaseUrl: `${databaseUrl}&${elsewhere}` });
    expect(await query('select version from extra."my versions"')).toEqual(['2']);
    expect(await query("select to_regclass('schema_migrations')")).toEqual([null]);
  });

  it('stops between two migrations when it is told to', async () => {
    const stop = new AbortController();
    const done = await migrate(up, { signal: stop.signal, onStep: () => stop.abort() });
    expect(done).toHaveLength(1);
    expect(await migrate((migrator) => migrator.version())).toEqual({ version: 1, dirty: false });
  });

  it('lets a user read the version who may not create tables', async () => {
    await migrate(up);
    await query(`create role reader_${scene} login`);
    await query(`grant select on schema_migrations to reader_${scene}`);
    const asReader = databaseUrl.replace('user=nova', `user=reader_${scene}`);
    const state = await migrate((migrator) => migrator.version(), { databaseUrl: asReader });
    expect(state).toEqual({ version: 2, dirty: false });
  });

  it('drops every table and can begin again', async () => {
    await migrate(up);
    await migrate((migrator) => migrator.drop());
    expect(await tables()).toEqual([]);
    expect(await migrate(up)).toHaveLength(2);
  });
});

describe('a migration that fails', () => {
  it('is named with its place, rolled back, and leaves the database dirty until forced', async () => {
    write(
      '000003_bad.up.sql',
      'create table c (id int);\n-- naïve ünïcode 🙂\nselect\n  nothing;\n',
    );
    await expect(migrate(up)).rejects.toThrow(
      'migration failed: 000003_bad.up.sql, line 4, column 3: column "nothing" does not exist',
    );
    expect(await query("select to_regclass('c')")).toEqual([null]);
    expect(await migrate((migrator) => migrator.version())).toEqual({ version: 3, dirty: true });

    const refusal = 'Dirty database version 3. Fix and force version.';
    await expect(migrate(up)).rejects.toThrow(refusal);
    await expect(migrate((migrator) => migrator.down())).rejects.toThrow(refusal);
    await expect(migrate((migrator) => migrator.goto(1))).rejects.toThrow(refusal);
    await expect(migrate((migrator) => migrator.pendingMigrations())).rejects.toThrow(refusal);

    write('000003_bad.up.sql', 'create table c (id int);');
    await migrate((migrator) => migrator.force(2));
    expect(await migrate(up)).toHaveLength(1);
  });

  it('is named also when PostgreSQL gives no place', async () => {
    write(
      '000003_bad.up.sql',
      'create table c (id int primary key); insert into c values (1), (1);',
    );
    await expect(migrate(up)).rejects.toThrow(
      /^migration failed: 000003_bad.up.sql: duplicate key .*\ndetail: Key \(id\)=\(1\) already exists\.$/m,
    );
  });

  it('is dirty at the nil version when it was the last down', async () => {
    write('000001_tables.down.sql', 'drop table missing;');
    await migrate(up);
    await expect(migrate((migrator) => migrator.down())).rejects.toThrow('000001_tables.down.sql');
    expect(await migrate((migrator) => migrator.version())).toEqual({ version: -1, dirty: true });
    await migrate((migrator) => migrator.force(-1));
    expect(await query('select version from schema_migrations')).toEqual([]);
  });

  it('needs a file of its own when it refuses transactions, or x-multi-statement', async () => {
    write(
      '000003_mixed.up.sql',
      'create table c (id int);\ncreate index concurrently c_id on c (id);\nselect oops;',
    );
    await expect(migrate(up)).rejects.toThrow('cannot run inside a transaction block');
    await migrate((migrator) => migrator.force(2));
    await expect(
      migrate(up, { databaseUrl: `${databaseUrl}&x-multi-statement=true` }),
    ).rejects.toThrow('000003_mixed.up.sql, line 3, column 8: column "oops" does not exist');
    expect(await query("select to_regclass('c_id')::text")).toEqual(['c_id']);
  });

  it('is cut off by x-statement-timeout', async () => {
    write('000003_slow.up.sql', 'select pg_sleep(600);');
    await expect(
      migrate(up, { databaseUrl: `${databaseUrl}&x-statement-timeout=50` }),
    ).rejects.toThrow('statement timeout');
  });
});

describe('a migrator that is cut off', () => {
  /** Ends the session of the migrator once it waits for what `holding` has locked. */
  async function cutOff(holding: string): Promise<void> {
    const holder = new pg.Client({ connectionString: databaseUrl });
    await holder.connect();
    await holder.query(holding);
    const cut = expect(migrate(up)).rejects.toThrow();
    await vi.waitFor(async () => {
      const ended = await query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'migrate' and datname = current_database()
            and wait_event_type = 'Lock'`,
      );
      expect(ended).toEqual([true]);
    }, 10_000);
    await cut;
    await holder.end();
  }

  it('in a transaction leaves the version before it, and the next one goes on', async () => {
    // The index built concurrently before it waits for locks as well.
    await migrate(up);
    write('000003_gate.up.sql', 'create table c (id int); select pg_advisory_xact_lock(1)');
    await cutOff('select pg_advisory_lock(1)');
    expect(await migrate((migrator) => migrator.version())).toEqual({ version: 2, dirty: false });
    expect(await query("select to_regclass('c')")).toEqual([null]);
    expect(await migrate(up)).toHaveLength(1);
    expect(await query("select to_regclass('c')::text")).toEqual(['c']);
  });

  it('outside of one leaves it dirty, and it can begin again', async () => {
    write('000002_index.up.sql', 'create index concurrently if not exists a_id on a (id);');
    await migrate((migrator) => migrator.up(1));
    await cutOff('begin; insert into a values (1)');
    expect(await migrate((migrator) => migrator.version())).toEqual({ version: 2, dirty: true });
    const valid = "select indisvalid from pg_index where indexrelid = 'a_id'::regclass";
    expect(await query(valid)).toEqual([false]);
    await expect(migrate(up)).rejects.toThrow('Dirty database version 2');

    await migrate((migrator) => migrator.beginAgain());
    expect(await migrate(up)).toHaveLength(1);
    expect(await query(valid)).toEqual([true]);
    await migrate((migrator) => migrator.beginAgain());
    expect(await migrate((migrator) => migrator.version())).toEqual({ version: 2, dirty: false });
  });

  it('does not hide a migration that failed', async () => {
    write('000003_bad.up.sql', 'select nothing;');
    await expect(migrate(up)).rejects.toThrow('"nothing" does not exist');
    await migrate((migrator) => migrator.beginAgain());
    expect(await migrate((migrator) => migrator.version())).toEqual({ version: 3, dirty: true });
  });
});

describe('several migrators at once', () => {
  it('apply each migration once, even while an index is built concurrently', async () => {
    const done = await Promise.all([1, 2, 3, 4].map(() => migrate(up)));
    expect(done.map((steps) => steps.length).sort()).toEqual([0, 0, 0, 2]);
    expect(await tables()).toEqual(['a', 'a_id', 'b']);
  });

  it('wait for each other as long as they are allowed to', async () => {
    write('000003_gate.up.sql', 'select pg_advisory_lock(1); select pg_advisory_unlock(1);');
    const gate = new pg.Client({ connectionString: databaseUrl });
    await gate.connect();
    await gate.query('select pg_advisory_lock(1)');
    let gateReached = () => {};
    const atGate = new Promise<void>((resolve) => {
      gateReached = resolve;
    });
    const first = migrate(up, {
      onStepStart: ({ version }) => version === 3 && gateReached(),
    });
    await atGate;

    await expect(migrate(up, { lockTimeoutMs: 50 })).rejects.toThrow(
      "timeout: can't acquire database lock",
    );
    let waiting = () => {};
    const waited = new Promise<void>((resolve) => {
      waiting = resolve;
    });
    const second = migrate(up, { onLockWait: () => waiting() });
    await waited;
    await gate.end();
    expect(await first).toHaveLength(3);
    expect(await second).toEqual([]);
  });
});

it('refuses a directory with two files for one step', async () => {
  write('1_tables.up.sql', '');
  await expect(migrate(up)).rejects.toThrow('duplicate migration file: 1_tables.up.sql');
});
