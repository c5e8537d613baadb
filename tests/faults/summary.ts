import type { Absence } from './crowd-words.ts';
import type { Fault, FaultKind } from './fault-kinds.ts';
import { wordsOf } from './fault-kinds.ts';
import type { Gap } from './gaps.ts';
import type { FaultReport } from './run-faults.ts';

/** What a gap must not exceed, milliseconds. */
export const targetsMs: Readonly<Partial<Record<FaultKind, number>>> = {
  nodeKill: 5_000,
  nodeDrain: 2_000,
  redisKill: 1_000,
  redisStop: 1_000,
};

const mostListed = 20;

/** The result as lines; on failure with all that is needed to look into it. */
export function summaryOf(report: FaultReport): string[] {
  const { faults, ok, lost, doubled, outOfOrder, viewsDiffering, other, load } = report;
  const { recordsMissing, recordsOutOfOrder } = report;
  const lists = {
    ...{ lost, doubled, outOfOrder, viewsDiffering, recordsMissing, recordsOutOfOrder, other },
  };
  const counts = Object.entries(lists).map(([name, list]) => `${name} ${list.length}`);
  const count = (kind: string): number => faults.filter((fault) => fault.kind === kind).length;
  const gaps = Object.entries(report.gaps) as [FaultKind, Gap][];
  const lines = [
    `${ok ? 'ok' : 'FAILED'}: acknowledged ${report.acknowledged} ${counts.join(' ')}`,
    `${report.nodes} nodes, ${report.clients} clients, ${report.deliveries} deliveries, ${report.snapshots} snapshots, ${report.views} views compared, ${report.records} records (${report.repeated} repeated), ${report.seconds} s`,
    `from send to arrival: ${report.medianMs} ms median, ${report.p99Ms} ms p99`,
    `${faults.length} faults; gap: the longest time from send to arrival over a fault, for each client that it made wait`,
    ...gaps.map(([kind, gap]) => `  ${kind} ${count(kind)}: ${gapWords(kind, gap)}`),
    ...report.absences.map((absence) => absenceWords(absence, faults)),
    ...(load === undefined
      ? []
      : [
          `database: ${cores(load.before)} cores before, ${cores(load.during)} during (${(load.during / load.before).toFixed(2)} times)`,
        ]),
    `seed ${report.seed}`,
  ];
  if (ok) return lines;
  for (const [name, list] of Object.entries(lists)) {
    for (const one of list.slice(0, mostListed)) lines.push(`${name}: ${one}`);
  }
  for (const fault of report.schedule) {
    const after = fault.afterRecovery ? 'the recovery from the last fault' : 'the last fault';
    lines.push(`${wordsOf(fault)}, ${fault.pauseMs} ms after ${after}`);
  }
  for (const fault of faults) lines.push(`${new Date(fault.atMs).toISOString()} ${wordsOf(fault)}`);
  return [...lines, ...report.complaints.map((line) => `service: ${line.slice(0, 400)}`)];
}

function gapWords(kind: FaultKind, { medianMs, longestMs, besideMs, lastedMs }: Gap): string {
  const target = targetsMs[kind];
  const judged =
    target === undefined ? '' : `, target ${target} ms ${longestMs <= target ? 'met' : 'MISSED'}`;
  const beside = besideMs > longestMs ? `, ${besideMs} ms where another fault lasted too` : '';
  return `gap ${medianMs} ms median, ${longestMs} ms longest${beside}; lasted up to ${lastedMs} ms${judged}`;
}

function absenceWords({ client, fromMs, toMs, steps }: Absence, faults: readonly Fault[]): string {
  const meanwhile = faults.filter(({ atMs, endMs }) => atMs <= toMs && fromMs <= endMs);
  const words = meanwhile.map((fault) => `${wordsOf(fault)} at ${fault.atMs - fromMs}`);
  return `  client ${client} away for ${toMs - fromMs} ms: ${steps.join(', ')}; ${words.join(', ')}`;
}

const cores = (load: number): string => load.toFixed(3);
