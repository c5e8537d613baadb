/** The whole run: a service, clients that write, faults, and what the checks say afterwards. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Crowd, startCrowd } from './crowd.ts';
import type { CrowdTask, Sendings, Sightings } from './crowd-words.ts';
import { type Gap, gapsOver } from './gaps.ts';
import { type Findings, judge } from './judge.ts';
import { type Fault, type FaultKind, type PlannedFault, planFaults, unleash } from './nemesis.ts';
import type { FaultOptions } from './options.ts';
import { createRandom } from './random.ts';
import { createScene, type Scene } from './scene.ts';
import { createService, findPort, type Service } from './service.ts';
import { createSigningKey, type SigningKey } from './tokens.ts';
import { holesIn, readTruth, storedMessages, untilQuiet, withDatabase } from './truth.ts';

export interface FaultReport extends Findings {
  readonly seed: number;
  readonly clients: number;
  readonly acknowledged: number;
  readonly deliveries: number;
  readonly snapshots: number;
  readonly views: number;
  readonly viewsDiffering: string[];
  readonly faults: readonly Fault[];
  readonly schedule: readonly PlannedFault[];
  /** How long clients went without a live message over a fault of that kind. */
  readonly gaps: Readonly<Record<FaultKind, Gap>>;
  /** What the service logged last as warning or error. */
  readonly complaints: readonly string[];
  readonly seconds: number;
  readonly ok: boolean;
}

const startTimeoutMs = 60_000;
const restTimeoutMs = 60_000;
const quietTimeoutMs = 30_000;
const viewsTimeoutMs = 15_000;

export async function runFaults(
  options: FaultOptions,
  say: (line: string) => void = () => {},
): Promise<FaultReport> {
  const startedMs = performance.now();
  const random = createRandom(options.seed);
  const key = createSigningKey();
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'nova-faults-'));
  // Started by root, the database is another user, who must get through to its files.
  fs.chmodSync(directory, 0o755);
  const other: string[] = [];
  const port = await findPort(createRandom(process.pid));
  const service = createService({
    ...{ directory, port, publicKeyPem: key.publicKeyPem },
    onUnexpectedExit: (reason) => other.push(`the service ended by itself: ${reason}`),
  });
  const crowds = [startCrowd(), startCrowd()];
  const { serviceKills, databaseKills, seconds } = options;
  const schedule = planFaults(
    random,
    { serviceKill: serviceKills, databaseKill: databaseKills },
    seconds,
  );
  const faults: Fault[] = [];
  try {
    service.start();
    await service.recovered(startTimeoutMs);
    const scene = await createScene(service.url, key.privateKeyPem, options);
    await open(crowds, { directory, key, service, scene, options });
    say(
      `${options.clients} clients in ${scene.conversations.length} conversations, seed ${options.seed}`,
    );
    await Promise.all(crowds.map((crowd) => crowd.ask('talk', null)));
    const blows = unleash(service, schedule, (fault) => {
      faults.push(fault);
      say(`${faults.length} of ${schedule.length}: ${fault.kind}`);
    });
    await Promise.all([blows, sleep(seconds * 1000)]);
    say('all faults are over; waiting until everything is acknowledged');
    const sendings = await Promise.all(
      crowds.map(async (crowd) => {
        const { file } = await crowd.ask('rest', { timeoutMs: restTimeoutMs });
        return JSON.parse(fs.readFileSync(file, 'utf8')) as Sendings;
      }),
    );
    const { findings, sightings } = await check(crowds, {
      directory,
      key,
      service,
      scene,
      sendings,
    });
    findings.other.push(...other);
    const exitCode = await service.stop();
    if (exitCode !== 0) findings.other.push(`the service stopped with ${exitCode}`);
    const viewsDiffering = sightings.flatMap((sighting) => sighting.viewsDiffering);
    return {
      ...findings,
      viewsDiffering,
      seed: options.seed,
      clients: options.clients,
      acknowledged: countAcknowledged(sendings),
      deliveries: sum(sightings, ({ deliveries }) => deliveries),
      snapshots: sum(sightings, ({ snapshots }) => snapshots),
      views: sum(sightings, ({ views }) => views),
      faults,
      schedule,
      gaps: gapsOver(
        faults,
        sightings.flatMap(({ pauses }) => pauses),
      ),
      complaints: service.complaints(),
      seconds: Math.round((performance.now() - startedMs) / 1000),
      ok: [...Object.values(findings), viewsDiffering].every((list) => list.length === 0),
    };
  } catch (error) {
    const found = [...other, ...service.complaints()].join('\n');
    throw new Error(`the run could not be finished, ${faults.length} faults in\n${found}`, {
      cause: error,
    });
  } finally {
    await Promise.all(crowds.map((crowd) => crowd.end()));
    await service.destroy();
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

interface Stage {
  readonly directory: string;
  readonly key: SigningKey;
  readonly service: Service;
  readonly scene: Scene;
}

async function open(
  crowds: readonly Crowd[],
  { directory, key, service, scene, options }: Stage & { readonly options: FaultOptions },
): Promise<void> {
  const { seed, window } = options;
  const task = { url: service.url, seed, window, scene, directory };
  const opened = crowds.map((crowd, turn) => {
    const indexes = scene.userIds.flatMap((_, index) =>
      index % crowds.length === turn ? [index] : [],
    );
    const given: CrowdTask = { ...task, privateKeyPem: key.privateKeyPem, indexes };
    return crowd.ask('open', given);
  });
  await Promise.all(opened);
}

async function check(
  crowds: readonly Crowd[],
  { directory, key, service, scene, sendings }: Stage & { readonly sendings: readonly Sendings[] },
): Promise<{ findings: Findings; sightings: Sightings[] }> {
  const { connectionString } = service.postmaster() ?? {};
  if (connectionString === undefined) throw new Error('there is no database at the end');
  return withDatabase(connectionString, async (query) => {
    await untilQuiet(query, quietTimeoutMs);
    const truth = await readTruth(query, service.url, key.privateKeyPem, scene);
    const findings = judge(scene, sendings, truth, await storedMessages(query));
    findings.other.push(...(await holesIn(query)));
    const file = path.join(directory, 'truth.jsonl');
    fs.writeFileSync(file, truth.map((conversation) => JSON.stringify(conversation)).join('\n'));
    const sightings = await Promise.all(
      crowds.map(async (crowd) => {
        const left = await crowd.ask('compare', { file, timeoutMs: viewsTimeoutMs });
        return JSON.parse(fs.readFileSync(left.file, 'utf8')) as Sightings;
      }),
    );
    for (const { lost, doubled, outOfOrder } of sightings) {
      findings.lost.push(...lost);
      findings.doubled.push(...doubled);
      findings.outOfOrder.push(...outOfOrder);
    }
    return { findings, sightings };
  });
}

const countAcknowledged = (sendings: readonly Sendings[]): number =>
  sum(
    sendings.flatMap(({ runs }) => runs),
    ({ seqs }) => seqs.filter((seq) => seq > 0).length,
  );

const sum = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((total, item) => total + of(item), 0);
