/** What is held against what once nothing is under way any more. */
import fs from 'node:fs';
import path from 'node:path';
import type { Crowd } from './crowd.ts';
import type { Sendings, Sightings } from './crowd-words.ts';
import { type Findings, judge } from './judge.ts';
import type { Scene } from './scene.ts';
import type { Stage } from './stage/stage.ts';
import type { SigningKey } from './tokens.ts';
import { judgeTopic } from './topic.ts';
import {
  holesIn,
  loggedEvents,
  readTruth,
  storedMessages,
  untilQuiet,
  withDatabase,
} from './truth.ts';

export interface Checked {
  readonly findings: Findings;
  readonly sightings: readonly Sightings[];
  readonly acknowledged: number;
  readonly records: number;
  readonly repeated: number;
}

const quietTimeoutMs = 90_000;
const viewsTimeoutMs = 60_000;
const topicTimeoutMs = 120_000;

export async function checkEverything(
  crowds: readonly Crowd[],
  given: {
    readonly directory: string;
    readonly key: SigningKey;
    readonly stage: Stage;
    readonly scene: Scene;
    readonly sendings: readonly Sendings[];
  },
): Promise<Checked> {
  const { directory, key, stage, scene, sendings } = given;
  const connectionString = stage.connectionString();
  if (connectionString === undefined) throw new Error('there is no database at the end');
  return withDatabase(connectionString, async (query) => {
    await untilQuiet(query, quietTimeoutMs);
    const truth = await readTruth(query, stage.url, key.privateKeyPem, scene);
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
    const logged = await loggedEvents(query);
    const records = await stage.published(logged.length, topicTimeoutMs);
    const topic = judgeTopic(records ?? [], records === undefined ? [] : logged);
    findings.recordsMissing.push(...topic.missing);
    findings.recordsOutOfOrder.push(...topic.outOfOrder);
    findings.other.push(...topic.other);
    const { repeated } = topic;
    const acknowledged = countAcknowledged(sendings);
    return { findings, sightings, acknowledged, records: records?.length ?? 0, repeated };
  });
}

const countAcknowledged = (sendings: readonly Sendings[]): number =>
  sendings
    .flatMap(({ runs }) => runs)
    .reduce((total, { seqs }) => total + seqs.filter((seq) => seq > 0).length, 0);
