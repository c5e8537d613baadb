/** The whole run: a service, clients that write, faults, and what the checks say afterwards. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { longestOf } from './absences.ts';
import { type Checked, checkEverything } from './check.ts';
import { type Crowd, startCrowd } from './crowd.ts';
import type { Absence, CrowdTask, Sendings } from './crowd-words.ts';
import { type Fault, type FaultKind, type PlannedFault, wordsOf } from './fault-kinds.ts';
import { type Gap, gapsOver } from './gaps.ts';
import type { Findings } from './judge.ts';
import { quantileOf, sumOf } from './lateness.ts';
import { planFaults, spread, unleash } from './nemesis.ts';
import { type FaultOptions, secondsPerFault } from './options.ts';
import { createRandom } from './random.ts';
import { type LoadAround, rollThrough } from './rolling.ts';
import { createScene, type Scene } from './scene.ts';
import { openAlone } from './stage/alone.ts';
import { openCluster } from './stage/cluster.ts';
import type { Stage } from './stage/stage.ts';
import { createSigningKey, type SigningKey } from './tokens.ts';

export interface FaultReport extends Findings {
  readonly seed: number;
  readonly nodes: number;
  readonly clients: number;
  readonly acknowledged: number;
  readonly deliveries: number;
  readonly snapshots: number;
  readonly views: number;
  readonly viewsDiffering: string[];
  /** Records in the topic, and how many of them came again under their id. */
  readonly records: number;
  readonly repeated: number;
  readonly faults: readonly Fault[];
  readonly schedule: readonly PlannedFault[];
  readonly gaps: Readonly<Partial<Record<FaultKind, Gap>>>;
  readonly absences: readonly Absence[];
  /** From pressing send to arrival, of all messages; in a rolling restart of those during it. */
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly load: LoadAround | undefined;
  /** What the nodes logged last as warning or error. */
  readonly complaints: readonly string[];
  readonly seconds: number;
  readonly ok: boolean;
}

const startTimeoutMs = 180_000;
const restTimeoutMs = 180_000;
const everybody = 500;

export async function runFaults(
  options: FaultOptions,
  say: (line: string) => void = () => {},
): Promise<FaultReport> {
  const startedMs = performance.now();
  const key = createSigningKey();
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'nova-faults-'));
  // Started by root, the database is another user, who must get through to its files.
  fs.chmodSync(directory, 0o755);
  const oddities: string[] = [];
  const crowds = [startCrowd(), startCrowd()];
  const faults: Fault[] = [];
  let stage: Stage | undefined;
  try {
    stage = await openStage(options, directory, key, (what) => oddities.push(what));
    await stage.start();
    await stage.recovered(startTimeoutMs);
    const schedule = planned(options, stage);
    const { seed, clients, nodes } = options;
    const scene = await createScene(stage.url, key.privateKeyPem, {
      ...{ seed, clients, everybody: nodes > 1 ? everybody : 0 },
    });
    await open(crowds, { directory, key, stage, scene, options });
    say(`${clients} clients in ${scene.conversations.length} conversations, seed ${seed}`);
    await Promise.all(crowds.map((crowd) => crowd.ask('talk', null)));
    const load = await play(options, { stage, schedule, crowds, faults, say });
    say('all is over; waiting until everything is acknowledged');
    const sendings = await Promise.all(
      crowds.map(async (crowd) => {
        const { file } = await crowd.ask('rest', { timeoutMs: restTimeoutMs });
        return JSON.parse(fs.readFileSync(file, 'utf8')) as Sendings;
      }),
    );
    const checked = await checkEverything(crowds, { directory, key, stage, scene, sendings });
    checked.findings.other.push(...oddities.splice(0), ...(await stage.stop()));
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    const complaints = stage.complaints();
    return reportOf(checked, { options, schedule, faults, load, complaints, seconds });
  } catch (error) {
    const found = [...oddities, ...(stage?.complaints() ?? [])].join('\n');
    throw new Error(`the run could not be finished, ${faults.length} faults in\n${found}`, {
      cause: error,
    });
  } finally {
    await Promise.all(crowds.map((crowd) => crowd.end()));
    await stage?.destroy();
    fs.rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

function openStage(
  { nodes, clients, rolling }: FaultOptions,
  directory: string,
  key: SigningKey,
  onOddity: (what: string) => void,
): Promise<Stage> {
  const given = { directory, publicKeyPem: key.publicKeyPem, clients, direct: rolling, onOddity };
  return nodes === 1 ? openAlone(given) : openCluster(given, nodes);
}

function planned({ counts, seconds, seed, rolling }: FaultOptions, stage: Stage): PlannedFault[] {
  if (rolling) return [];
  const total = Math.max(1, Math.floor(seconds / secondsPerFault));
  const wanted = counts === 'all' ? spread(total, stage.kinds) : counts;
  return planFaults(createRandom(seed), wanted, seconds, stage.nodes);
}

async function play(
  { seconds, rolling }: FaultOptions,
  given: {
    readonly stage: Stage;
    readonly schedule: readonly PlannedFault[];
    readonly crowds: readonly Crowd[];
    readonly faults: Fault[];
    readonly say: (line: string) => void;
  },
): Promise<LoadAround | undefined> {
  const { stage, schedule, crowds, faults, say } = given;
  const onFault = (fault: Fault): void => {
    faults.push(fault);
    say(`${faults.length} of ${schedule.length || stage.nodes}: ${wordsOf(fault)}`);
  };
  if (rolling) return rollThrough(stage, crowds, seconds, onFault);
  await Promise.all([unleash(stage, schedule, onFault), sleep(seconds * 1000)]);
  return undefined;
}

interface Opening {
  readonly directory: string;
  readonly key: SigningKey;
  readonly stage: Stage;
  readonly scene: Scene;
  readonly options: FaultOptions;
}

async function open(
  crowds: readonly Crowd[],
  { directory, key, stage, scene, options }: Opening,
): Promise<void> {
  const { seed, window, pauseMs } = options;
  const { privateKeyPem } = key;
  const opened = crowds.map((crowd, turn) => {
    const players = scene.userIds.flatMap((_, index) =>
      index % crowds.length === turn ? [{ index, entrance: stage.entrance(index) }] : [],
    );
    const pace = { window, pauseMs };
    const given: CrowdTask = { seed, privateKeyPem, pace, scene, players, directory };
    return crowd.ask('open', given);
  });
  await Promise.all(opened);
}

type Rest = Pick<FaultReport, 'schedule' | 'faults' | 'load' | 'complaints' | 'seconds'> & {
  readonly options: FaultOptions;
};

function reportOf(checked: Checked, { options, ...rest }: Rest): FaultReport {
  const { findings, sightings, records, repeated, acknowledged } = checked;
  const viewsDiffering = sightings.flatMap((sighting) => sighting.viewsDiffering);
  const delays = sumOf(sightings.map((sighting) => sighting.delays));
  const total = (of: 'deliveries' | 'snapshots' | 'views'): number =>
    sightings.reduce((sum, sighting) => sum + sighting[of], 0);
  return {
    ...findings,
    ...rest,
    ...{ viewsDiffering, acknowledged, records, repeated },
    seed: options.seed,
    nodes: options.nodes,
    clients: options.clients,
    deliveries: total('deliveries'),
    snapshots: total('snapshots'),
    views: total('views'),
    gaps: gapsOver(
      rest.faults,
      sightings.flatMap(({ late }) => late),
    ),
    absences: longestOf(sightings.flatMap(({ absences }) => absences)),
    medianMs: quantileOf(delays, 0.5),
    p99Ms: quantileOf(delays, 0.99),
    ok: [...Object.values(findings), viewsDiffering].every((list) => list.length === 0),
  };
}
