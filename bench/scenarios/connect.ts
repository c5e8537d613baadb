import { newUsers } from '../generator/fleet.ts';
import { commit } from '../measure/machine.ts';
import type { Options } from '../options.ts';
import type { Outcome } from '../outcome.ts';
import { startSubject } from '../subjects/start-subject.ts';
import { cpuOf } from '../subjects/subject.ts';
import { withLoad } from './with-load.ts';

const sockets = 10_000;
const handshakesUnderWay = 128;
const warmupSockets = 500;

/** P5: handshakes with signed tokens, from dialling to `session.ready`. */
export async function connect(options: Options): Promise<Outcome> {
  const { subject: name } = options;
  const users = options.sockets ?? sockets;
  const fleetOptions = {
    processes: options.generators ?? 2,
    users: newUsers(users + warmupSockets),
    cpus: options.generatorCpus,
  };
  return withLoad(
    () => startSubject(name, options.subjectCpus),
    fleetOptions,
    async (subject, fleet) => {
      await fleet.recruit();
      await fleet.open(handshakesUnderWay, warmupSockets);
      const cpuBefore = cpuOf(subject);
      const startedAt = performance.now();
      const handshakes = await fleet.open(handshakesUnderWay, users);
      const seconds = (performance.now() - startedAt) / 1_000;
      const cpuAfter = cpuOf(subject);
      return {
        scenario: 'connect',
        subject: name,
        commit: commit(),
        seconds: seconds,
        connectsPerSecond: users / seconds,
        p50Ms: handshakes.percentileMs(50),
        p99Ms: handshakes.percentileMs(99),
        serviceCpuMicrosPerConnect: (cpuAfter.own - cpuBefore.own) / users,
        ...(await fleet.settle(0)),
      };
    },
  );
}
