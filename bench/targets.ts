import type { Outcome } from './outcome.ts';

/** What the service is meant to reach, and which figure says whether it does. */
export interface Target {
  readonly id: string;
  readonly scenario: string;
  readonly what: string;
  readonly figure: (outcome: Outcome) => number | undefined;
  readonly bound: number;
  readonly least: boolean;
  readonly unit: string;
}

const atLeast = (
  id: string,
  scenario: string,
  what: string,
  bound: number,
  unit: string,
  figure: Target['figure'],
): Target => ({ id, scenario, what, bound, unit, figure, least: true });

const atMost = (...given: Parameters<typeof atLeast>): Target => ({
  ...atLeast(...given),
  least: false,
});

/** Call set-ups a second while the way of a signal is timed, on one node and on two alike. */
export const pacedSetupsPerSecond = 100;
const at = `at ${pacedSetupsPerSecond} set-ups/s`;

const kibibyte = 1_024;
const perSocket = (outcome: Outcome): number[] =>
  Object.values(outcome.variants ?? {}).flatMap((variant) => variant.residentBytesPerSocket ?? []);
const flatness = (outcome: Outcome): number | undefined => {
  const sizes = perSocket(outcome);
  return sizes.length < 2 ? undefined : Math.max(...sizes) / Math.min(...sizes);
};
const kibibytesPerSocket = ({ residentBytesPerSocket: bytes }: Outcome) =>
  bytes === undefined ? undefined : bytes / kibibyte;

const kafkaStopped = (outcome: Outcome): number | undefined => outcome.kafkaStoppedRatio;

export const targets: readonly Target[] = [
  atLeast('P1', 'send', 'durable sends', 12_000, '/s', (o) => o.sendsPerSecond),
  atMost('P1', 'send', 'acknowledge p99', 100, 'ms', (o) => o.p99Ms),
  atMost('P1', 'send', 'service CPU a message', 60, 'µs', (o) => o.serviceCpuMicrosPerMessage),
  atLeast('P1', 'send', 'of the batched-insert ceiling', 0.4, '×', (o) => o.ratioToCeiling),
  atLeast('P2', 'fanout', 'deliveries', 600_000, '/s', (o) => o.deliveriesPerSecond),
  atLeast('P2', 'fanout', 'over a plain ws loop', 6, '×', (o) => o.ratioToCeiling),
  atMost('P2', 'fanout', 'service CPU a delivery', 1.5, 'µs', (o) => o.serviceCpuMicrosPerDelivery),
  atMost('P2', 'fanout', 'reading sockets cut', 0, '', (o) => o.cut),
  atMost('P3', 'latency', 'acknowledge p50', 3, 'ms', (o) => o.p50Ms),
  atMost('P3', 'latency', 'acknowledge p99', 15, 'ms', (o) => o.p99Ms),
  atMost('P3', 'crossing', 'send to receipt on another node p99', 25, 'ms', (o) => o.deliveryP99Ms),
  atMost('P3', 'kafka', 'acknowledge p50, Kafka stopped over not', 1.1, '×', kafkaStopped),
  atMost('P4', 'idle', 'resident a socket', 10, 'KiB', kibibytesPerSocket),
  atMost('P4', 'idle', 'larger over smaller size', 1.1, '×', flatness),
  atLeast('P5', 'connect', 'handshakes', 2_000, '/s', (o) => o.connectsPerSecond),
  atMost('P5', 'storm', 'all back', 15, 's', (o) => o.allBackSeconds),
  atMost('P5', 'storm', 'database load over steady', 2, '×', (o) => o.databaseLoadRatio),
  atMost('P9', 'nodes', 'CPU a message, 3 nodes over 1', 1.15, '×', (o) => o.nodesCostRatio),
  atLeast('P10', 'calls', 'call set-ups', 500, '/s', (o) => o.setupsPerSecond),
  atMost('P10', 'calls', `signal p99 on one node ${at}`, 10, 'ms', (o) => o.signalP99Ms),
  atMost('P10', 'calls', `signal p99 between nodes ${at}`, 25, 'ms', (o) => o.signalAcrossP99Ms),
  atMost('P7', 'growth', 'cost with many over few stored', 1.3, '×', (o) => o.costRatio),
  atMost('P8', 'start', 'first start', 15_000, 'ms', (o) => o.firstStartMs),
  atMost('P8', 'start', 'later start', 5_000, 'ms', (o) => o.startMs),
  atMost('P8', 'start', 'production boot', 2_000, 'ms', (o) => o.productionStartMs),
];

export function isHit({ bound, least }: Target, figure: number): boolean {
  return least ? figure >= bound : figure <= bound;
}
