import { setTimeout as pause } from 'node:timers/promises';
import { Fleet, newUsers } from '../generator/fleet.ts';
import { Latency } from '../generator/latency.ts';
import type { Enrolment } from '../generator/orders.ts';
import { addVerdicts } from '../generator/verdict.ts';
import { commit } from '../measure/machine.ts';
import { cpuOfTree } from '../measure/process-tree.ts';
import type { Options } from '../options.ts';
import type { Outcome } from '../outcome.ts';
import { startNova } from '../subjects/nova.ts';
import type { Subject } from '../subjects/subject.ts';
import { withLoad } from './with-load.ts';

const sockets = 15_000;
const groupMembers = 999;
const talkers = 200;
const openConcurrency = 128;
/** What goes on all the time: to each group, and between people who are not cut. */
const groupSendsPerSecond = 0.5;
const directSendsPerSecond = 500;
const afterMs = 3_000;

/**
 * P5: all sockets of a crowd are cut at once and come back as the SDK would, while others write to
 * them. Nothing may be lost, and the database must not feel much of it.
 */
export async function storm(options: Options): Promise<Outcome> {
  const users = newUsers(options.sockets ?? sockets);
  const crowdOptions = { processes: 2, users, cpus: options.generatorCpus };
  return withLoad(
    () => startNova({ cpus: options.subjectCpus }),
    crowdOptions,
    async (subject, crowd) => {
      const groups = Math.ceil(users.length / groupMembers);
      const one = { processes: 1, cpus: options.generatorCpus };
      const writers = new Fleet(subject, { ...one, users: newUsers(groups) });
      const others = new Fleet(subject, { ...one, users: newUsers(talkers) });
      const fleets = [crowd, writers, others];
      try {
        for (const fleet of fleets) {
          await fleet.recruit();
          await fleet.open(openConcurrency);
        }
        const enrolments = await gather(crowd, writers, users);
        // Without it nobody would have had a heartbeat since, and all would come back from before
        // their group was made: every one would be shown the group anew, as in no steady state.
        await crowd.all('passMaking', () => ({}));
        await others.all('pair', () => ({}));
        await writers.all('openLoop', () => ({ ratePerSecond: groups * groupSendsPerSecond }));
        await others.all('openLoop', () => ({ ratePerSecond: directSendsPerSecond }));
        await pause(options.warmupSeconds * 1_000);
        const steady = await loadDuring(subject, fleets, pause(options.seconds * 1_000));
        const retries = { count: 0 };
        const returns = new Latency();
        const stormy = await loadDuring(
          subject,
          fleets,
          crowd
            .all('storm', () => ({}))
            .then((answers) => {
              for (const answer of answers) {
                returns.add(answer.returns);
                retries.count += answer.retries;
              }
            }),
        );
        await pause(afterMs);
        for (const fleet of [writers, others]) await fleet.all('stop', () => ({}));
        const [{ accepted } = { accepted: [] }] = await writers.all('count', () => ({}));
        await crowd.all('expect', (process) => ({
          groups: (enrolments[process] ?? []).map(({ first, writer }) => {
            return { first, accepted: accepted[writer] ?? 0 };
          }),
        }));
        const verdicts = [
          await crowd.settle(undefined),
          await writers.settle(undefined),
          await others.settle(undefined),
        ];
        return {
          scenario: 'storm',
          subject: 'nova',
          commit: commit(),
          seconds: stormy.seconds,
          connectsPerSecond: users.length / stormy.seconds,
          p50Ms: returns.percentileMs(50),
          p99Ms: returns.percentileMs(99),
          allBackSeconds: stormy.seconds,
          databaseLoadRatio: stormy.cores.databaseCores / steady.cores.databaseCores,
          variants: { steady: steady.cores, storm: { ...stormy.cores, retries: retries.count } },
          ...addVerdicts(verdicts),
        };
      } finally {
        await writers.close();
        await others.close();
      }
    },
  );
}

/** The part of a group that one process plays. */
interface Share extends Enrolment {
  /** Number of the user who writes to it. */
  readonly writer: number;
}

/** Every writer makes a group with its share of the crowd. */
async function gather(
  crowd: Fleet,
  writers: Fleet,
  users: readonly string[],
): Promise<readonly (readonly Share[])[]> {
  const share = 2 * Math.ceil(users.length / crowd.size / 2);
  const enrolments = Array.from({ length: crowd.size }, (): Share[] => []);
  const own: Enrolment[] = [];
  for (let first = 0, index = 0; first < users.length; first += groupMembers, index++) {
    const userIds = users.slice(first, first + groupMembers);
    const group = await writers.one(0, 'group', { userIds, creator: index });
    own.push({ ...group, first: index, count: 1 });
    // A group may reach over the border between two processes.
    for (const [process, list] of enrolments.entries()) {
      const from = Math.max(first, process * share);
      const to = Math.min(first + userIds.length, (process + 1) * share);
      const place = { first: from - process * share, count: to - from };
      if (from < to) list.push({ ...group, ...place, writer: index });
    }
  }
  await writers.one(0, 'enrol', { groups: own });
  for (const [process, groups] of enrolments.entries()) {
    await crowd.one(process, 'enrol', { groups });
  }
  return enrolments;
}

/** CPU seconds a second, by who spent them: where one is short, the others explain a slow storm. */
interface Load {
  readonly seconds: number;
  readonly cores: Readonly<Record<'serviceCores' | 'databaseCores' | 'generatorCores', number>>;
}

async function loadDuring(
  subject: Subject,
  fleets: readonly Fleet[],
  during: Promise<unknown>,
): Promise<Load> {
  const spent = () => {
    const { own, below } = cpuOfTree(subject.child.pid);
    return { own, below, fleets: fleets.reduce((sum, fleet) => sum + fleet.cpuMicros, 0) };
  };
  const startedAt = performance.now();
  const before = spent();
  await during;
  const seconds = (performance.now() - startedAt) / 1_000;
  const after = spent();
  const cores = (micros: number): number => micros / 1e6 / seconds;
  return {
    seconds,
    cores: {
      serviceCores: cores(after.own - before.own),
      databaseCores: cores(after.below - before.below),
      generatorCores: cores(after.fleets - before.fleets),
    },
  };
}
