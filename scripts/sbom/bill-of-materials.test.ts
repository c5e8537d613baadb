import { expect, test } from 'vitest';
import { rootDirectory } from '../run-command.ts';
import { billOfMaterials } from './bill-of-materials.ts';
import { installedPackages } from './installed-packages.ts';

test('a package is listed with its address, licence and hash', () => {
  const path = 'node_modules/@scope/name';
  const packages = [{ path, name: '@scope/name', version: '1.2.3', license: 'MIT' }];
  const integrity = `sha512-${Buffer.alloc(64, 0xab).toString('base64')}`;
  const { components } = billOfMaterials({
    version: '1.0.0',
    packages,
    lockfile: { packages: { [path]: { integrity } } },
  });
  expect(components).toEqual([
    {
      type: 'library',
      'bom-ref': 'pkg:npm/%40scope/name@1.2.3',
      name: '@scope/name',
      version: '1.2.3',
      purl: 'pkg:npm/%40scope/name@1.2.3',
      licenses: [{ expression: 'MIT' }],
      hashes: [{ alg: 'SHA-512', content: 'ab'.repeat(64) }],
    },
  ]);
});

test('what is installed here is found, packages inside packages and scopes too', async () => {
  const packages = await installedPackages(rootDirectory);
  const names = packages.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['pg', 'ws', '@types/node']));
  expect(names.filter((name) => name.startsWith('@nova/'))).toEqual([]);
  for (const { name, version } of packages) expect({ name, version }).not.toContain(undefined);
  expect(packages.some(({ path }) => path.lastIndexOf('node_modules/') > 0)).toBe(true);
});
