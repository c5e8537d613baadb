import { configDefaults, defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/longest-first.ts';

// The workspace packages offer their sources under the condition `source`: nothing is built first.
const conditions = ['source'];
// Folders and files of tests that cannot run here, set by scripts/test.ts, which says so at its end.
const leftOut = process.env.NOVA_TESTS_LEFT_OUT?.split(',') ?? [];
const exclude = [
  ...configDefaults.exclude,
  ...leftOut.map((path) => (path.endsWith('.ts') ? path : `${path}/**`)),
];
const shared = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
};

// A worker reads the service and starts a database once, not for every file; what a file sets up, it
// ends itself. There are more than small machines have cores, since much of a test is waiting.
const workers = { pool: 'forks', isolate: false, maxWorkers: 4 } as const;

export default defineConfig({
  // Where vitest resolves what the files of `globalSetup` import.
  environments: { __vitest__: { resolve: { conditions, externalConditions: conditions } } },
  test: {
    sequence: { sequencer: LongestFirst },
    globalSetup: [
      'packages/test-kafka/src/shared/run-setup.ts',
      'packages/dev-env/src/postgres/run-setup.ts',
    ],
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'apps/*/src/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/**/*.test.ts',
          ],
          exclude,
          ...workers,
          execArgv: ['--conditions=source'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          include: ['tests/**/*.test.ts'],
          exclude,
          ...workers,
          execArgv: ['--conditions=source'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
