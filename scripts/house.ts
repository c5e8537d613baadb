// Holds the rules of the house that no linter knows: directions of imports, names, lengths.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFiles, lineCount } from './house/check-files.ts';
import { checkImports } from './house/check-imports.ts';
import { checkMigrations } from './house/check-migrations.ts';
import { rootDirectory } from './run-command.ts';

const server = 'apps/server/src/';
const files = globSync(
  [
    'packages/*/src/**/*.ts',
    'apps/*/src/**/*.{ts,tsx}',
    'apps/*/scripts/**/*.ts',
    'scripts/**/*.ts',
    'tests/**/*.ts',
    'bench/**/*.ts',
  ],
  { cwd: rootDirectory },
)
  .toSorted()
  .map((path) => ({ path, text: readFileSync(join(rootDirectory, path), 'utf8') }));

const serverFiles = files
  .filter(({ path }) => path.startsWith(server))
  .map(({ path, text }) => ({ path: path.slice(server.length), text }));
const migrations = globSync('migrations/*.sql', { cwd: rootDirectory })
  .toSorted()
  .map((path) => ({ path, text: readFileSync(join(rootDirectory, path), 'utf8') }));
const problems = [
  ...checkImports(serverFiles),
  ...checkFiles(files),
  ...checkMigrations(migrations),
];

const lengths = files
  .filter(({ path }) => !path.endsWith('.test.ts'))
  .map(({ text }) => lineCount(text))
  .toSorted((one, other) => one - other);
const at = (share: number) => lengths[Math.floor((lengths.length - 1) * share)] ?? 0;
console.log(
  `${lengths.length} source files; lines: median ${at(0.5)}, p90 ${at(0.9)}, longest ${at(1)}`,
);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
