// Prints the bill of materials of a production tree, CycloneDX in JSON: `sbom.ts DIRECTORY`, the
// directory that holds node_modules and package-lock.json. (npm's own leaves out what is also a
// development dependency of the root.)
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { billOfMaterials, type Lockfile } from './sbom/bill-of-materials.ts';
import { installedPackages } from './sbom/installed-packages.ts';

const directory = process.argv[2] ?? '.';
const lockfile = JSON.parse(
  await readFile(join(directory, 'package-lock.json'), 'utf8'),
) as Lockfile;
const { version } = JSON.parse(
  await readFile(join(directory, 'apps/server/package.json'), 'utf8'),
) as { version: string };
const packages = await installedPackages(directory);
console.log(JSON.stringify(billOfMaterials({ version, packages, lockfile }), null, 2));
