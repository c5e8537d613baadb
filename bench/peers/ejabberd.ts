// ejabberd of Debian's packages, with its message archive in the same PostgreSQL as everybody's.
// This process only starts the two and ends with them.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@nova/dev-env';
import { Child } from '../subjects/child.ts';
import { openDatabase } from './database.ts';
import {
  configuration,
  configurationFile,
  erlangArguments,
  erlangEnvironment,
  type Setup,
} from './ejabberd/configuration.ts';
import { ensureInstallation } from './ejabberd/installation.ts';
import { announce } from './serve.ts';

const startTimeoutMs = 60_000;
const pollMs = 50;

const { libraries, schemaFile } = await ensureInstallation();
const database = await openDatabase({
  schema: await readFile(schemaFile, 'utf8'),
  connections: 1,
  listen: 0,
});
const setup: Setup = {
  directory: path.join(database.directory, 'ejabberd'),
  port: await freePort(),
  database: database.server,
};
await mkdir(setup.directory);
await writeFile(configurationFile(setup.directory), configuration(setup));
const beam = new Child({
  name: 'ejabberd',
  command: 'erl',
  args: erlangArguments(setup),
  env: erlangEnvironment(setup, libraries),
  cpus: undefined,
  // In order it would take leave of every socket first.
  endSignal: 'SIGKILL',
});
beam.died().catch(async (error: unknown) => {
  console.error(error);
  await database.close();
  process.exit(1);
});
await answering(setup.port);
announce({ port: setup.port, servicePid: beam.pid }, async () => {
  await beam.stop();
  await database.close();
});

/** Until it answers a request, whatever it says. */
async function answering(port: number): Promise<void> {
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline) {
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer !== undefined) return;
    await pause(pollMs);
  }
  throw new Error(`ejabberd did not answer: ${beam.log}`);
}
