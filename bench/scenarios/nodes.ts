import { addVerdicts } from '../generator/verdict.ts';
import type { Options } from '../options.ts';
import type { Outcome } from '../outcome.ts';
import { startCluster } from '../subjects/cluster.ts';
import { measureSends } from './send.ts';

const counts = [1, 2, 3];

/**
 * P9: the sends of P1 with one, two and three nodes on one database and one Redis, the same number
 * under way at once. Who talk with each other are on different nodes, and send half a round after
 * each other: what reaches a socket of one node in the same turn shares a write, which is a saving of
 * writing to each other in the same instant and not of having one node.
 */
export async function nodes(options: Options): Promise<Outcome> {
  const outcomes = [];
  for (const count of counts) {
    const start = () => startCluster(count, options.subjectCpus);
    outcomes.push(await measureSends(options, { start, apart: true }));
  }
  const costs = outcomes.map(({ serviceCpuMicrosPerMessage }) => serviceCpuMicrosPerMessage);
  const [one = Number.NaN] = costs;
  const figures = outcomes.map((outcome, index) => {
    const { sendsPerSecond, p99Ms, deliveryP99Ms, serviceCpuMicrosPerMessage } = outcome;
    const { databaseCpuMicrosPerMessage } = outcome;
    return [
      `${counts[index]} nodes`,
      {
        ...{ sendsPerSecond, p99Ms, deliveryP99Ms },
        ...{ serviceCpuMicrosPerMessage, databaseCpuMicrosPerMessage },
      },
    ] as const;
  });
  return {
    ...outcomes[0],
    scenario: 'nodes',
    subject: 'nova',
    commit: outcomes[0]?.commit ?? '',
    seconds: outcomes.reduce((sum, { seconds }) => sum + seconds, 0),
    nodesCostRatio: (costs.at(-1) ?? Number.NaN) / one,
    variants: Object.fromEntries(figures),
    ...addVerdicts(outcomes),
  };
}
