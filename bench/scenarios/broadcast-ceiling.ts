import type { FleetOptions } from '../generator/fleet.ts';
import { isWrong } from '../generator/verdict.ts';
import { measureWindow } from '../measure/window.ts';
import type { Options } from '../options.ts';
import { startPeer } from '../subjects/peer.ts';
import type { Subject } from '../subjects/subject.ts';
import type { Ceiling } from './around.ts';
import { withLoad } from './with-load.ts';

const openConcurrency = 64;
const warmupSeconds = 1;

/** Deliveries a second of a plain `ws` loop that sends each event to each socket. */
export function broadcastCeiling(
  seconds: number,
  options: Options,
  fleetOptions: FleetOptions,
): Promise<Ceiling> {
  return withLoad(
    () => startPeer('ws-broadcast', options.subjectCpus),
    fleetOptions,
    async (subject, fleet) => {
      await fleet.recruit();
      await fleet.open(openConcurrency);
      subject.child.process.send('start');
      const measured = await measureWindow(subject, fleet, { warmupSeconds, seconds });
      const verdict = await fleet.settle(await stop(subject));
      if (isWrong(verdict)) throw new Error(`wrong answers: ${JSON.stringify(verdict)}`);
      return {
        perSecond: measured.deliveredPerSecond,
        cpuMicros: measured.serviceCpuMicros / measured.delivered,
      };
    },
  );
}

async function stop({ child }: Subject): Promise<number> {
  const stopped = new Promise<{ accepted: number }>((resolve) =>
    child.process.once('message', resolve),
  );
  child.process.send('stop');
  const { accepted } = await Promise.race([stopped, child.died()]);
  return accepted;
}
