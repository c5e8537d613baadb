// Tests that need more than a server: they run where that is to be had, and are left out with the
// reason on the screen where it is not.
import { databaseTools } from './database-tools.ts';
import { imageTools } from './image-tools.ts';
import { migrationTools } from './migration-tools.ts';
import { ownBroker } from './own-broker.ts';
import { renderingTools } from './rendering-tools.ts';

export interface SpecialTests {
  readonly name: string;
  /** The folders or files. */
  readonly paths: readonly string[];
  /** Installs what is missing; resolves with the reason where that cannot be. */
  readonly prepare: () => Promise<string | undefined>;
}

const specialTests: readonly SpecialTests[] = [
  { name: 'the image', paths: ['tests/image'], prepare: imageTools },
  { name: 'the chart and the overlays', paths: ['tests/charts'], prepare: renderingTools },
  { name: 'migrate beside golang-migrate', paths: ['tests/migrations'], prepare: migrationTools },
  { name: 'backup and restore', paths: ['tests/backup'], prepare: databaseTools },
  {
    name: 'a Kafka that is stopped, killed or secured',
    paths: [
      'packages/test-kafka/src/start-kafka.test.ts',
      'tests/deploy/monitoring/kafka-away.test.ts',
      'tests/faults',
      'tests/kafka/consumer-faults.test.ts',
      'tests/kafka/outage.test.ts',
      'tests/kafka/secured.test.ts',
    ],
    prepare: ownBroker,
  },
];

export interface LeftOut {
  readonly name: string;
  readonly paths: readonly string[];
  readonly reason: string;
}

/**
 * Prepares the special tests that `filters` (as vitest knows them; none: all files) choose, and
 * resolves with those that cannot run here.
 */
export async function prepareSpecialTests(
  filters: readonly string[],
  all: readonly SpecialTests[] = specialTests,
): Promise<readonly LeftOut[]> {
  const leftOut: LeftOut[] = [];
  for (const { name, paths, prepare } of all) {
    const chosen = filters.length === 0 || paths.some((path) => filters.some(overlaps(path)));
    const reason = chosen ? await prepare() : undefined;
    if (reason !== undefined) leftOut.push({ name, paths, reason });
  }
  return leftOut;
}

const overlaps = (path: string) => (filter: string) =>
  filter.includes(path) || path.includes(filter);
