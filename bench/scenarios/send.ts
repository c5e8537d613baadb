import { newUsers } from '../generator/fleet.ts';
import { commit } from '../measure/machine.ts';
import { measureWindow } from '../measure/window.ts';
import type { Options } from '../options.ts';
import type { Outcome } from '../outcome.ts';
import { startSubject } from '../subjects/start-subject.ts';
import type { Subject } from '../subjects/subject.ts';
import { around, ceilingFigures } from './around.ts';
import { insertCeiling } from './insert-ceiling.ts';
import { cpuPerMessage, windowFigures } from './window-figures.ts';
import { withLoad } from './with-load.ts';

const directConversations = 2_000;
const senders = 2 * directConversations;
const openConcurrency = 64;
/** Fills both lanes of the service's writer twice over. */
const saturatingWindow = 800;

/** P1: direct conversations, both members connected, as many durable sends as go through. */
export async function send(options: Options): Promise<Outcome> {
  const ceiling = () => insertCeiling(options.seconds / 2, options.subjectCpus);
  const { ceilings, result } = await around(options.ceiling ? ceiling : undefined, () =>
    measureSends(options),
  );
  return { ...result, ...ceilingFigures(ceilings, result.sendsPerSecond) };
}

interface SendWays {
  readonly start?: () => Promise<Subject>;
  /** Whether the two of a conversation send half a round after each other. */
  readonly apart?: boolean;
}

/** One closed loop at saturation against whatever `start` starts. */
export function measureSends(
  options: Options,
  {
    start = () => startSubject(options.subject, options.subjectCpus),
    apart = false,
  }: SendWays = {},
) {
  const processes = options.generators ?? 1;
  return withLoad(
    start,
    { processes, users: newUsers(senders), cpus: options.generatorCpus },
    async (subject, fleet) => {
      await fleet.recruit();
      await fleet.open(openConcurrency);
      await fleet.all('pair', () => ({}));
      const window = Math.ceil((options.window ?? saturatingWindow) / processes);
      await fleet.all('closedLoop', () => ({ window, senders, apart }));
      const measured = await measureWindow(subject, fleet, options);
      await fleet.all('stop', () => ({}));
      return {
        scenario: 'send',
        subject: options.subject,
        commit: commit(),
        ...windowFigures(measured),
        ...cpuPerMessage(measured),
        ...(await fleet.settle(undefined)),
      };
    },
  );
}
