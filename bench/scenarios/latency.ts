import { newUsers } from '../generator/fleet.ts';
import { commit } from '../measure/machine.ts';
import { measureWindow } from '../measure/window.ts';
import type { Options } from '../options.ts';
import type { Outcome } from '../outcome.ts';
import { startCluster } from '../subjects/cluster.ts';
import { startSubject } from '../subjects/start-subject.ts';
import type { Subject } from '../subjects/subject.ts';
import { cpuPerMessage, windowFigures } from './window-figures.ts';
import { withLoad } from './with-load.ts';

const directConversations = 500;
const openConcurrency = 64;

/** P3: a fixed schedule of sends; each latency counts from the time its send was due. */
export async function latency(options: Options): Promise<Outcome> {
  const { subject, subjectCpus } = options;
  const start = (): Promise<Subject> => startSubject(subject, subjectCpus);
  return { ...(await measureSchedule(options, start, false)), scenario: 'latency', subject };
}

/** P3: the same over two nodes and Redis; who receives is never on the node of who sends. */
export async function crossing(options: Options): Promise<Outcome> {
  const start = (): Promise<Subject> => startCluster(2, options.subjectCpus);
  const measured = await measureSchedule(options, start, true);
  return { ...measured, scenario: 'crossing', subject: 'nova' };
}

function measureSchedule(options: Options, start: () => Promise<Subject>, oneWay: boolean) {
  const processes = options.generators ?? 1;
  return withLoad(
    start,
    { processes, users: newUsers(2 * directConversations), cpus: options.generatorCpus },
    async (subject, fleet) => {
      await fleet.recruit();
      await fleet.open(openConcurrency);
      await fleet.all('pair', () => ({}));
      await fleet.all('openLoop', () => ({ ratePerSecond: options.rate / processes, oneWay }));
      const measured = await measureWindow(subject, fleet, options);
      await fleet.all('stop', () => ({}));
      return {
        commit: commit(),
        ...windowFigures(measured),
        generatorLateP99Ms: measured.lateness.percentileMs(99),
        ...cpuPerMessage(measured),
        ...(await fleet.settle(undefined)),
      };
    },
  );
}
