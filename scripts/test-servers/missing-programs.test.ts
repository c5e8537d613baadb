import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { missingPrograms } from './missing-programs.ts';

const needed = { program: 'a-server-of-ours', debianPackage: 'a-package' };
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nova-programs-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test('a program on the PATH is not missing', async () => {
  const file = join(directory, needed.program);
  await writeFile(file, '#!/bin/sh\n');
  await chmod(file, 0o755);
  expect(await missingPrograms([needed], `/nowhere:${directory}`)).toEqual([]);
});

test('a file that cannot be executed is no program', async () => {
  await writeFile(join(directory, needed.program), '');
  await chmod(join(directory, needed.program), 0o644);
  expect(await missingPrograms([needed], directory)).toEqual([needed]);
});

test('nothing is found on an empty PATH', async () => {
  expect(await missingPrograms([needed], '')).toEqual([needed]);
});
