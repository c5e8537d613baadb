import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@nova/embedded-postgres';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runMigrateCommand } from './command.ts';

const program = fileURLToPath(new URL('../../bin/migrate.ts', import.meta.url));
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'nova-migrate-command-'));
fs.chmodSync(root, 0o755);
const files = path.join(root, 'migrations');
let postgres: EmbeddedPostgres;
beforeAll(async () => {
  postgres = await startEmbeddedPostgres({ dataDir: path.join(root, 'pg'), durable: false });
  fs.mkdirSync(files);
  fs.writeFileSync(path.join(files, '000001_one.up.sql'), 'create table one ()');
  fs.writeFileSync(path.join(files, '000001_one.down.sql'), 'drop table one');
  fs.writeFileSync(path.join(files, '000002_two.up.sql'), 'create table two ()');
  fs.writeFileSync(path.join(files, '000002_two.down.sql'), 'drop table two');
});
afterAll(async () => {
  await postgres.stop();
  fs.rmSync(root, { recursive: true });
});

interface Outcome {
  readonly code: number;
  readonly output: string;
}

interface RunOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs the command in a process of its own; times in its output read as (T). */
async function run(
  args: readonly string[],
  { input = '', env }: RunOptions = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, ['--conditions=source', program, ...args], {
    env: { PATH: process.env.PATH, ...env },
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += `stdout: ${chunk}`;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  return { code, output: withoutTimes(output) };
}

/** Runs the command here; `answer` is what it is told where it asks. */
async function call(args: readonly string[], answer = ''): Promise<Outcome> {
  let output = '';
  const code = await runMigrateCommand(args, {
    programVersion: '1.2.3',
    databaseUrl: () => undefined,
    print: (line) => {
      output += `${line}\n`;
    },
    answer: async () => answer,
    signal: new AbortController().signal,
  });
  return { code, output: withoutTimes(output) };
}

const withoutTimes = (output: string): string => output.replaceAll(/\([\d.]+(m|µ|)s\)/g, '(T)');

function migrate(...args: readonly string[]): Promise<Outcome> {
  return call(['-path', files, '-database', postgres.connectionString, ...args]);
}

describe('the migrate command', () => {
  it('goes up and down, with the words and exit codes of golang-migrate', async () => {
    expect(await migrate('version')).toEqual({ code: 1, output: 'error: no migration\n' });
    expect(await migrate('up', '1')).toEqual({ code: 0, output: '1/u one (T)\n' });
    expect(await migrate('up')).toEqual({ code: 0, output: '2/u two (T)\n' });
    expect(await migrate('up')).toEqual({ code: 0, output: 'no change\n' });
    expect(await migrate('up', '1')).toEqual({ code: 1, output: 'error: file does not exist\n' });
    expect(await migrate('version')).toEqual({ code: 0, output: '2\n' });
    expect(await migrate('goto', '1')).toEqual({ code: 0, output: '2/d two (T)\n' });
    expect(await migrate('force', '2')).toEqual({ code: 0, output: '' });
    expect(await migrate('force', '1')).toEqual({ code: 0, output: '' });
    expect(await migrate('down', '-all')).toEqual({ code: 0, output: '1/d one (T)\n' });
  });

  it('asks before it takes everything back', async () => {
    const args = ['-source', `file://${files}`, '-database', postgres.connectionString];
    await call([...args, 'up']);
    const question = 'Are you sure you want to apply all down migrations? [y/N]\n';
    const refused = await call([...args, 'down'], 'n');
    expect(refused.code).toBe(1);
    expect(refused.output).toContain(question);
    expect(await migrate('version')).toEqual({ code: 0, output: '2\n' });
    const agreed = await run([...args, 'down'], { input: 'y\n' });
    expect(agreed).toEqual({ code: 0, output: `${question}2/d two (T)\n1/d one (T)\n` });
    await migrate('up');
    expect((await run([...args, 'drop'])).code).toBe(1);
    expect(await migrate('drop', '-f')).toEqual({ code: 0, output: '' });
    expect(await migrate('version')).toEqual({ code: 1, output: 'error: no migration\n' });
  });

  it('dates what it says when verbose', async () => {
    const { output } = await migrate('-force-nothing');
    expect(output).toContain('flag provided but not defined: -force-nothing');
    const verbose = await migrate('-verbose', 'goto', '1');
    expect(verbose.output).toMatch(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d Read and execute 1\/u one$/m);
    expect(verbose.output).toMatch(/ Finished 1\/u one \(ran .*\)$/m);
  });

  it('takes the database from the environment, with the password of its own variable', async () => {
    const served = await run(['-path', files, 'version'], {
      env: { DATABASE_URL: postgres.connectionString },
    });
    expect(served).toEqual({ code: 0, output: '1\n' });

    await using server = await passwordServer();
    await run(['-path', files, 'version'], {
      env: {
        DATABASE_URL: `postgresql://nova:old@127.0.0.1:${server.port}/nova`,
        POSTGRES_PASSWORD: 'p@ss/w%rd',
      },
    });
    expect(await server.password).toBe('p@ss/w%rd');
  });

  it('refuses an environment of production in which something was not replaced', async () => {
    const env = {
      APP_ENV: 'production',
      DATABASE_URL: postgres.connectionString,
      POSTGRES_PASSWORD: 'CHANGE_ME',
      KAFKA_BROKERS: 'CHANGE_ME:9092',
    };
    expect(await run(['-path', files, 'up'], { env })).toEqual({
      code: 1,
      output: expect.stringMatching(
        /^error: POSTGRES_PASSWORD: still holds a placeholder.*\nKAFKA_BROKERS: still/,
      ),
    });
  });

  it('fills what the address leaves empty from the variables of PostgreSQL', async () => {
    const given = new URL(postgres.connectionString).searchParams;
    const env = {
      PGHOST: given.get('host') ?? '',
      PGPORT: given.get('port') ?? '',
      PGUSER: given.get('user') ?? '',
      PGDATABASE: 'postgres',
    };
    const args = ['-path', files, '-database', 'postgresql://:@:/', 'version'];
    expect(await run(args, { env })).toEqual({ code: 0, output: '1\n' });
  });

  it('leaves a database that a newer release has migrated as it is', async () => {
    await migrate('force', '9');
    expect(await migrate('up')).toEqual({
      code: 0,
      output: 'the database is at version 9, past every file here: left as it is\nno change\n',
    });
    await migrate('force', '1');
  });

  it('makes new files', async () => {
    const directory = path.join(root, 'created');
    const args = ['create', '-ext', 'sql', '-dir', directory, '-seq', 'add_thing'];
    const { code, output } = await call(args);
    expect(code).toBe(0);
    expect(output.trim().split('\n')).toEqual([
      path.join(directory, '000001_add_thing.up.sql'),
      path.join(directory, '000001_add_thing.down.sql'),
    ]);
    expect(fs.readdirSync(directory)).toHaveLength(2);
  });

  it.each([
    [[], 2, 'Usage: migrate'],
    [['-help'], 0, 'Usage: migrate'],
    [['-version'], 0, /^1\.2\.3$/m],
    [['sideways'], 2, 'unknown command: sideways'],
    [['up', '-help'], 0, 'up [N]'],
    [['up'], 1, 'no database'],
    [['-path', 'x', 'goto'], 1, 'please specify version argument V'],
    [['-path', 'x', 'up', 'many'], 1, "can't read limit argument N"],
    [['force', '-2'], 1, 'argument V must be >= -1'],
    [['down', '-all', '3'], 1, '-all cannot be used'],
    [['create', 'x'], 1, '-ext flag must be specified'],
  ])('%j ends with %d', async (args, code, words) => {
    const outcome = await call(args);
    expect(outcome.code).toBe(code);
    expect(outcome.output).toMatch(words);
  });

  it('is a program that says on its error output which version it is', async () => {
    expect(await run(['-version'])).toEqual({
      code: 0,
      output: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  it('a migration under way is finished when the command is told to stop', async () => {
    const gated = path.join(root, 'gated');
    fs.mkdirSync(gated);
    fs.writeFileSync(path.join(gated, '1_gate.up.sql'), 'select pg_advisory_lock(1)');
    fs.writeFileSync(path.join(gated, '2_never.up.sql'), 'create table never ()');
    const gate = new pg.Client({ connectionString: postgres.connectionString });
    await gate.connect();
    await gate.query('select pg_advisory_lock(1)');

    const url = `${postgres.connectionString}&x-migrations-table=gated_versions`;
    const args = ['-path', gated, '-database', url];
    const child = spawn(
      process.execPath,
      ['--conditions=source', program, '-verbose', ...args, 'up'],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const exited = once(child, 'exit');
    for await (const line of createInterface({ input: child.stderr })) {
      if (line.includes('Read and execute 1/u')) child.kill('SIGINT');
      if (line.startsWith('Stopping after this running migration')) await gate.end();
    }
    expect(await exited).toEqual([0, null]);
    expect(await call([...args, 'version'])).toEqual({ code: 0, output: '1\n' });
  });
});

/** A server that asks for the password in the clear, keeps it and hangs up. */
async function passwordServer() {
  const server = net.createServer();
  const password = new Promise<string>((resolve) => {
    server.on('connection', (socket) => {
      socket.once('data', () => {
        socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
        socket.once('data', (message) => {
          resolve(message.subarray(5, -1).toString());
          socket.destroy();
        });
      });
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    password,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
