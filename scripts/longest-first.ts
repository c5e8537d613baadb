import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The tests that wait longest, longest first. Started last, one of them would keep everybody waiting
 * while the other workers have nothing left to do, and from its size nobody sees that it waits.
 */
export const longest: readonly string[] = [
  'tests/faults/cluster.test.ts',
  'tests/image/image.test.ts',
  'tests/browser/expiry.test.ts',
  'tests/browser/calling.test.ts',
  'tests/property/resume.test.ts',
  'tests/browser/looks.test.ts',
  'tests/kafka/outage.test.ts',
  'tests/nodes/redis-cluster.test.ts',
  'tests/browser/mid-call.test.ts',
  'tests/nodes/presence.test.ts',
  'tests/kafka/consumer-faults.test.ts',
  'tests/kafka/secured.test.ts',
  'apps/server/src/calls/simulated-calls.test.ts',
];

/** The order of vitest, but for the longest tests, which come first among those of their project. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    return projects.flatMap((project) => {
      const own = sorted.filter((file) => file.project === project);
      return own.toSorted((a, b) => rank(root, a) - rank(root, b));
    });
  }
}

function rank(root: string, { moduleId }: TestSpecification): number {
  const place = longest.indexOf(relative(root, moduleId));
  return place === -1 ? longest.length : place;
}
