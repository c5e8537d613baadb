// Emits every workspace package to its dist/: JavaScript and declarations. `npm run build`
import { existsSync, globSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootDirectory, runCommand } from './run-command.ts';
import { inDependencyOrder, type WorkspacePackage } from './workspace-packages.ts';

async function main(): Promise<number> {
  const folders = globSync(['packages/*/package.json', 'apps/*/package.json'], {
    cwd: rootDirectory,
  }).map((path) => path.replace(/\/package\.json$/, ''));
  const packages = await Promise.all(folders.map(readPackage));
  for (const each of inDependencyOrder(packages)) {
    const { exitCode, output, seconds } = await emit(each);
    console.log(`${exitCode === 0 ? '✓' : '✗'} ${each.name} ${seconds.toFixed(1)} s`);
    if (exitCode !== 0) {
      console.error(output);
      return 1;
    }
  }
  return 0;
}

async function readPackage(folder: string): Promise<WorkspacePackage> {
  const text = await readFile(join(rootDirectory, folder, 'package.json'), 'utf8');
  const { name, dependencies = {} } = JSON.parse(text) as {
    name: string;
    dependencies?: Record<string, string>;
  };
  return { name, folder, dependencies: Object.keys(dependencies) };
}

/** Where a package knows better than `tsc` how it is built. */
const ownBuilder = 'scripts/build.ts';

async function emit({ folder }: WorkspacePackage) {
  const directory = join(rootDirectory, folder);
  if (existsSync(join(directory, ownBuilder))) {
    return runCommand(['node', ownBuilder, 'dist'], { directory });
  }
  const dist = join(rootDirectory, folder, 'dist');
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  // Beside what it emits, so that no package carries a second configuration.
  const configuration = join(dist, 'tsconfig.json');
  await writeFile(configuration, JSON.stringify(buildConfiguration));
  const result = await runCommand(['tsc', '-p', configuration]);
  await rm(configuration);
  return result;
}

const buildConfiguration = {
  extends: '../../../tsconfig.base.json',
  compilerOptions: {
    noEmit: false,
    rootDir: '../src',
    outDir: '.',
    declaration: true,
    // Other packages are seen as they will be installed: by their declarations in dist/.
    customConditions: [],
    lib: ['es2024', 'esnext.disposable', 'dom', 'dom.iterable'],
  },
  include: ['../src'],
  exclude: ['../src/**/*.test.ts', '../src/**/testing/**'],
};

process.exitCode = await main();
