import { parseArgs } from 'node:util';
import type { FaultKind } from './fault-kinds.ts';
import { faultKinds } from './fault-kinds.ts';
import type { FaultCounts } from './nemesis.ts';

export interface FaultOptions {
  readonly seed: number;
  /** 1: on the database it brings along; more: behind a balancer, on Redis and Kafka. */
  readonly nodes: number;
  readonly clients: number;
  /** How many faults of each kind. */
  readonly counts: FaultCounts | 'all';
  /** For how long the clients write; the faults are spread over it. */
  readonly seconds: number;
  /** Acts that one client has under way at once. */
  readonly window: number;
  /** Mean time between the acts of a client, milliseconds. */
  readonly pauseMs: number;
  /** Nodes are drained one after the other, and nothing else happens. */
  readonly rolling: boolean;
}

export const secondsPerFault = 11;

export const usage = `npm run faults -- [options]

  --minutes <n>     for how long clients write; a fault about every ${secondsPerFault} s; 5 when absent
  --seed <n>        repeats a run's schedule and choices
  --nodes <n>       3 when absent; 1 is a single node on the database it brings along
  --clients <n>     300 when absent; 200 on a single node
  --only <kinds>    ${faultKinds.join(', ')}; all that apply when absent
  --window <n>      acts one client has under way at once; 1, on a single node 2, when absent
  --pause <ms>      mean time between two acts of a client; 2500, on a single node 0, when absent
  --rolling         drain one node after the other under load, in place of faults
  --json            one JSON object instead of lines`;

export function readOptions(args: readonly string[]): FaultOptions & { readonly json: boolean } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '5' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
      nodes: { type: 'string', default: '3' },
      clients: { type: 'string' },
      only: { type: 'string' },
      window: { type: 'string' },
      pause: { type: 'string' },
      rolling: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const nodes = whole('--nodes', values.nodes, 1);
  const single = nodes === 1;
  const seconds = Math.round(positive('--minutes', values.minutes) * 60);
  const faults = Math.max(1, Math.floor(seconds / secondsPerFault));
  if (values.rolling && single) throw new Error('--rolling needs more than one node');
  return {
    seed: whole('--seed', values.seed, 0),
    nodes,
    clients: whole('--clients', values.clients ?? (single ? '200' : '300'), 2),
    counts: values.only === undefined ? 'all' : countsOf(values.only, faults),
    seconds,
    window: whole('--window', values.window ?? (single ? '2' : '1'), 1),
    pauseMs: whole('--pause', values.pause ?? (single ? '0' : '2500'), 0),
    rolling: values.rolling,
    json: values.json,
  };
}

function countsOf(only: string, faults: number): FaultCounts {
  const kinds = only.split(',').map((name) => kindNamed(name.trim()));
  const each = Math.ceil(faults / kinds.length);
  return Object.fromEntries(kinds.map((kind) => [kind, each]));
}

function kindNamed(name: string): FaultKind {
  const kind = faultKinds.find((known) => known === name);
  if (kind === undefined) {
    throw new Error(`--only: expected some of ${faultKinds.join(', ')}, not ${name}`);
  }
  return kind;
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`${name}: expected a number above 0, not ${text}`);
  return number;
}

function whole(name: string, text: string, least: number): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < least) {
    throw new Error(`${name}: expected an integer from ${least} on, not ${text}`);
  }
  return number;
}
