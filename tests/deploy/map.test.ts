import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryDirectory } from './kubernetes/objects.ts';

const directory = join(repositoryDirectory, 'tests/deploy');
const map = readFileSync(join(directory, 'README.md'), 'utf8');
const named = [...map.matchAll(/\]\(([^)]+)\)/g)].map(([, path = '']) => path);

test('every file that the map of the promises names exists', () => {
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((path) => !existsSync(join(directory, path)))).toEqual([]);
});

test('every test of the deployment stands in the map', () => {
  const tests = globSync('**/*.test.ts', { cwd: directory });
  expect(tests.filter((path) => path !== 'map.test.ts' && !named.includes(path))).toEqual([]);
});
