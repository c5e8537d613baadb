/** Everything that can go wrong, as data. */

export const faultKinds = [
  'nodeKill',
  'nodeStop',
  'nodeDrain',
  'nodePartition',
  'databaseKill',
  'databaseStop',
  'redisKill',
  'redisStop',
  'kafkaKill',
  'kafkaStop',
  'clientCut',
  'clientStall',
  'clientDelay',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** What is hit: faults of one target never overlap, faults of several do. */
export type Target = 'node' | 'way' | 'database' | 'redis' | 'kafka' | 'client';

export interface KindOfFault {
  readonly target: Target;
  /** From and to: how long it lasts before it is undone, milliseconds. */
  readonly lastsMs: readonly [number, number];
  /** How it is done, one of them for each fault. */
  readonly ways?: readonly string[];
  /** How often it comes, compared with the others; 1 when absent. */
  readonly weight?: number;
}

export const faultTable: Readonly<Record<FaultKind, KindOfFault>> = {
  nodeKill: { target: 'node', lastsMs: [0, 2_000], weight: 3 },
  nodeStop: { target: 'node', lastsMs: [1_000, 6_000] },
  nodeDrain: { target: 'node', lastsMs: [0, 0], weight: 2 },
  nodePartition: {
    target: 'way',
    lastsMs: [1_000, 6_000],
    ways: [
      'database cut',
      'database stall',
      'redis cut',
      'redis stall',
      'database+redis cut',
      'database+redis stall',
    ],
    weight: 2,
  },
  databaseKill: { target: 'database', lastsMs: [0, 0] },
  databaseStop: { target: 'database', lastsMs: [500, 4_000] },
  redisKill: { target: 'redis', lastsMs: [500, 5_000] },
  redisStop: { target: 'redis', lastsMs: [500, 5_000] },
  kafkaKill: { target: 'kafka', lastsMs: [500, 4_000] },
  kafkaStop: { target: 'kafka', lastsMs: [1_000, 6_000] },
  clientCut: { target: 'client', lastsMs: [100, 3_000] },
  clientStall: { target: 'client', lastsMs: [1_000, 6_000], ways: ['then carry on', 'then reset'] },
  clientDelay: { target: 'client', lastsMs: [2_000, 8_000] },
};

export interface PlannedFault {
  readonly kind: FaultKind;
  /** Which node, or which share of the clients. */
  readonly victim: number;
  readonly way: string;
  readonly durationMs: number;
  /** Wait until the fault before was overcome; otherwise this one falls into it. */
  readonly afterRecovery: boolean;
  readonly pauseMs: number;
}

export interface Fault extends PlannedFault {
  /** Milliseconds since 1970: when it struck, and when it was undone. */
  readonly atMs: number;
  endMs: number;
}

export const wordsOf = ({ kind, victim, way, durationMs }: PlannedFault): string =>
  [
    kind,
    isOneOfSeveral(kind) ? String(victim) : '',
    way,
    durationMs > 0 ? `for ${durationMs} ms` : '',
  ]
    .filter(Boolean)
    .join(' ');

const isOneOfSeveral = (kind: FaultKind): boolean =>
  ['node', 'way', 'client'].includes(faultTable[kind].target);
