import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findInstallation } from './installation.ts';

const server = 'usr/lib/aarch64-linux-gnu/ejabberd-24.12/ebin/ejabberd.beam';
const driver = 'usr/lib/erlang/lib/p1_pgsql-1.2.3/ebin/pgsql.beam';
const schema = 'usr/share/ejabberd/sql/pg.sql';
const parts = [server, driver, schema];
let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'nova-ejabberd-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function lay(files: readonly string[]): Promise<void> {
  for (const file of files.map((name) => path.join(root, name))) {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, '');
  }
}

test('is found whatever the architecture and the release', async () => {
  await lay(parts);
  expect(findInstallation(root)).toEqual({
    libraries: path.join(root, 'usr/lib/aarch64-linux-gnu'),
    schemaFile: path.join(root, schema),
  });
});

test.each(parts)('is not found without %s', async (missing) => {
  await lay(parts.filter((part) => part !== missing));
  expect(findInstallation(root)).toBeUndefined();
});
