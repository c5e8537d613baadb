import { newUsers } from '../generator/fleet.ts';
import { commit } from '../measure/machine.ts';
import { measureWindow } from '../measure/window.ts';
import type { Options } from '../options.ts';
import type { Outcome } from '../outcome.ts';
import { startSubject } from '../subjects/start-subject.ts';
import { cpuPerMessage, windowFigures } from './window-figures.ts';
import { withLoad } from './with-load.ts';

const directConversations = 500;
const openConcurrency = 64;

/** P3: a fixed schedule of sends; each latency counts from the time its send was due. */
export function latency(options: Options): Promise<Outcome> {
  const processes = options.generators ?? 1;
  return withLoad(
    () => startSubject(options.subject, options.subjectCpus),
    { processes, users: newUsers(2 * directConversations), cpus: options.generatorCpus },
    async (subject, fleet) => {
      await fleet.recruit();
      await fleet.open(openConcurrency);
      await fleet.all('pair', () => ({}));
      await fleet.all('openLoop', () => ({ ratePerSecond: options.rate / processes }));
      const measured = await measureWindow(subject, fleet, options);
      await fleet.all('stop', () => ({}));
      return {
        scenario: 'latency',
        subject: options.subject,
        commit: commit(),
        ...windowFigures(measured),
        generatorLateP99Ms: measured.lateness.percentileMs(99),
        ...cpuPerMessage(measured),
        ...(await fleet.settle(undefined)),
      };
    },
  );
}
