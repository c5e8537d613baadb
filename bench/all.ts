import { writeFile } from 'node:fs/promises';
import { isWrong } from './generator/verdict.ts';
import { commit } from './measure/machine.ts';
import type { Options } from './options.ts';
import type { Outcome } from './outcome.ts';
import { type LeftOut, type Run, resultsPage } from './results.ts';
import { preparePeer } from './subjects/peer.ts';

type Measure = (scenario: string, options: Options) => Promise<Outcome>;

const compared = ['send', 'fanout', 'latency'];
const peers = ['socket-io', 'bare-ws', 'ejabberd'] as const;
const alone = [
  'crossing',
  'idle',
  'connect',
  'storm',
  'nodes',
  'kafka',
  'calls',
  'start',
  'growth',
];

/**
 * Measures everything, one after the other, and writes the results. True if the service held; false
 * also when interrupted, and what was under way then is not among the results.
 */
export async function measureAll(
  options: Options,
  measure: Measure,
  interrupted: AbortSignal,
): Promise<boolean> {
  const leftOut = await missingPeers();
  for (const { subject, reason } of leftOut) console.error(`${subject} is left out: ${reason}`);
  const present = peers.filter((peer) => leftOut.every(({ subject }) => subject !== peer));
  const plan = [
    ...compared.flatMap((scenario) => [
      { scenario, options: { ...options, subject: 'nova' as const } },
      ...present.map((subject) => ({ scenario, options: { ...options, subject, ceiling: false } })),
    ]),
    ...alone.map((scenario) => ({ scenario, options })),
  ];
  const runs: Run[] = [];
  for (const { scenario, options: chosen } of plan) {
    const run = await runOnce(scenario, chosen, measure);
    if (interrupted.aborted) return false;
    console.error(`${run.command}: ${run.failure ?? 'measured'}`);
    runs.push(run);
    // After each, so that an interrupted run leaves what it has.
    const page = resultsPage(runs, leftOut, commit(), new Date());
    await writeFile(new URL('RESULTS.md', import.meta.url), page);
  }
  return runs.every(({ outcome }) => outcome !== undefined && held(outcome));
}

/** Those that are not installed and cannot be. */
async function missingPeers(): Promise<readonly LeftOut[]> {
  const missing: LeftOut[] = [];
  for (const subject of peers) {
    await preparePeer(subject).catch(({ message: reason }: Error) => {
      missing.push({ subject, reason });
    });
  }
  return missing;
}

/** A peer's wrong answers are a finding, not a failure. */
function held(outcome: Outcome): boolean {
  return outcome.subject !== 'nova' || !isWrong(outcome);
}

async function runOnce(scenario: string, options: Options, measure: Measure): Promise<Run> {
  const command = commandOf(scenario, options);
  try {
    return { command, outcome: await measure(scenario, options), failure: undefined };
  } catch (error) {
    const [failure] = String(error).split('\n');
    return { command, outcome: undefined, failure };
  }
}

function commandOf(scenario: string, options: Options): string {
  const { subject, seconds, stored, ceiling } = options;
  const given = [
    ...(subject === 'nova' ? [] : [`--subject ${subject}`]),
    ...(ceiling ? [] : ['--no-ceiling']),
    ...(scenario === 'growth' ? [`--stored ${stored}`] : []),
    `--seconds ${seconds}`,
  ];
  return `npm run bench -- ${scenario} ${given.join(' ')}`;
}
