import { expect, test } from 'vitest';
import { prepareSpecialTests } from './special-tests.ts';

const prepared: string[] = [];
const special = (folder: string, reason?: string) => ({
  name: folder,
  paths: [folder],
  prepare: async () => {
    prepared.push(folder);
    return reason;
  },
});
const all = [special('tests/image', 'no root'), special('tests/charts')];

test('those that cannot run are left out, each with its reason', async () => {
  expect(await prepareSpecialTests([], all)).toEqual([
    { name: 'tests/image', paths: ['tests/image'], reason: 'no root' },
  ]);
});

test('nothing is installed for files that were not asked for', async () => {
  prepared.length = 0;
  await prepareSpecialTests(['tests/e2e'], all);
  expect(prepared).toEqual([]);
  await prepareSpecialTests(['tests/charts/helm.test.ts', 'apps/server'], all);
  expect(prepared).toEqual(['tests/charts']);
});
