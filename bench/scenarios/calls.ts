import type { Fleet } from '../generator/fleet.ts';
import { newUsers } from '../generator/fleet.ts';
import { addVerdicts } from '../generator/verdict.ts';
import { commit } from '../measure/machine.ts';
import { measureWindow, type Window } from '../measure/window.ts';
import type { Options } from '../options.ts';
import type { Outcome } from '../outcome.ts';
import { startCluster } from '../subjects/cluster.ts';
import { startNova } from '../subjects/nova.ts';
import type { Subject } from '../subjects/subject.ts';
import { pacedSetupsPerSecond } from '../targets.ts';
import { withLoad } from './with-load.ts';

/** Neighbours call each other: enough that nobody begins more calls than a user may. */
const callers = 4_000;
const openConcurrency = 64;
/** Calls under way at once. */
const saturatingWindow = 96;

/**
 * P10: pairs call each other: start, ring, accept, offer, answer, ten batches of candidates, end.
 * First as many calls as go through, sending all they have to say at once: set-ups a second. Then,
 * as in `latency`, a fixed number a second whatever becomes of them, far from saturation, their
 * candidates leaving as a client's do: the way of a signal, each timed from when it was due. The
 * same on one node and on two, where the two who talk are on different ones.
 */
export async function calls(options: Options): Promise<Outcome> {
  const one = await measureCalls(options, () => startNova({ cpus: options.subjectCpus }));
  const two = await measureCalls(options, () => startCluster(2, options.subjectCpus));
  const { full, paced } = one;
  return {
    scenario: 'calls',
    subject: 'nova',
    commit: commit(),
    seconds: full.seconds,
    setupsPerSecond: full.acknowledgedPerSecond,
    p50Ms: full.acknowledgeLatency.percentileMs(50),
    p99Ms: full.acknowledgeLatency.percentileMs(99),
    signalsAtSetupsPerSecond: pacedSetupsPerSecond,
    signalP50Ms: paced.deliveryLatency.percentileMs(50),
    signalP99Ms: paced.deliveryLatency.percentileMs(99),
    signalAcrossP50Ms: two.paced.deliveryLatency.percentileMs(50),
    signalAcrossP99Ms: two.paced.deliveryLatency.percentileMs(99),
    generatorLateP99Ms: paced.lateness.percentileMs(99),
    serviceCpuMicrosPerSetup: full.serviceCpuMicros / full.acknowledged,
    databaseCpuMicrosPerSetup: full.databaseCpuMicros / full.acknowledged,
    cores: full.cores,
    variants: {
      'one node, full': figures(full),
      'one node, paced': figures(paced),
      'two nodes, full': figures(two.full),
      'two nodes, paced': figures(two.paced),
    },
    ...addVerdicts([one.verdict, two.verdict]),
  };
}

function measureCalls(options: Options, start: () => Promise<Subject>) {
  const processes = options.generators ?? 1;
  return withLoad(
    start,
    { processes, users: newUsers(options.sockets ?? callers), cpus: options.generatorCpus },
    async (subject, fleet) => {
      await fleet.recruit();
      await fleet.open(openConcurrency);
      await fleet.all('pair', () => ({}));
      const window = Math.ceil((options.window ?? saturatingWindow) / processes);
      const full = await during(options, subject, fleet, { window });
      const ratePerSecond = pacedSetupsPerSecond / processes;
      const paced = await during(options, subject, fleet, { ratePerSecond });
      return { full, paced, verdict: await fleet.settle(undefined) };
    },
  );
}

async function during(
  options: Options,
  subject: Subject,
  fleet: Fleet,
  load: { readonly window: number } | { readonly ratePerSecond: number },
): Promise<Window> {
  await fleet.all('calls', () => load);
  const measured = await measureWindow(subject, fleet, options);
  await fleet.all('stop', () => ({}));
  return measured;
}

const figures = (measured: Window) => ({
  setupsPerSecond: measured.acknowledgedPerSecond,
  setupP50Ms: measured.acknowledgeLatency.percentileMs(50),
  setupP99Ms: measured.acknowledgeLatency.percentileMs(99),
  signalP50Ms: measured.deliveryLatency.percentileMs(50),
  signalP99Ms: measured.deliveryLatency.percentileMs(99),
  serviceCpuMicrosPerSetup: measured.serviceCpuMicros / measured.acknowledged,
  databaseCpuMicrosPerSetup: measured.databaseCpuMicros / measured.acknowledged,
  generatorCpuMicrosPerSetup: measured.generatorCpuMicros / measured.acknowledged,
  // Near the machine's number of cores, times are those of a queue.
  coresBusy: Object.values(measured.cores).reduce((sum: number, cores: number) => sum + cores, 0),
});
