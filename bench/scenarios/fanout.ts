import { type FleetOptions, newUsers } from '../generator/fleet.ts';
import { commit } from '../measure/machine.ts';
import { measureWindow } from '../measure/window.ts';
import type { Options } from '../options.ts';
import type { Outcome } from '../outcome.ts';
import { startSubject } from '../subjects/start-subject.ts';
import { around, ceilingFigures } from './around.ts';
import { broadcastCeiling } from './broadcast-ceiling.ts';
import { windowFigures } from './window-figures.ts';
import { withLoad } from './with-load.ts';

const groupMembers = 1_000;
const openConcurrency = 64;
const saturatingWindow = 128;
const senders = 16;

/** P2: one large group, every message to all of its connected members. */
export async function fanout(options: Options): Promise<Outcome> {
  const fleetOptions = {
    processes: options.generators ?? 1,
    users: newUsers(options.sockets ?? groupMembers),
    cpus: options.generatorCpus,
  };
  const ceiling = () => broadcastCeiling(options.seconds / 2, options, fleetOptions);
  const { ceilings, result } = await around(options.ceiling ? ceiling : undefined, () =>
    measure(options, fleetOptions),
  );
  return { ...result, ...ceilingFigures(ceilings, result.deliveriesPerSecond) };
}

function measure(options: Options, fleetOptions: FleetOptions) {
  return withLoad(
    () => startSubject(options.subject, options.subjectCpus),
    fleetOptions,
    async (subject, fleet) => {
      await fleet.recruit();
      await fleet.open(openConcurrency);
      const group = await fleet.one(0, 'group', { userIds: fleet.users });
      await fleet.all('join', () => group);
      const share = (total: number) => Math.ceil(total / fleet.size);
      await fleet.all('closedLoop', () => ({
        window: share(options.window ?? saturatingWindow),
        senders: share(senders),
      }));
      const measured = await measureWindow(subject, fleet, options);
      const stopped = await fleet.all('stop', () => ({}));
      const accepted = stopped.reduce((sum, answer) => sum + answer.accepted, 0);
      return {
        scenario: 'fanout',
        subject: options.subject,
        commit: commit(),
        ...windowFigures(measured),
        serviceCpuMicrosPerDelivery: measured.serviceCpuMicros / measured.delivered,
        generatorCpuMicrosPerDelivery: measured.generatorCpuMicros / measured.delivered,
        ...(await fleet.settle(accepted)),
      };
    },
  );
}
