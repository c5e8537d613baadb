import type { Gap } from './gaps.ts';
import type { FaultReport } from './run-faults.ts';

/** The result as lines; on failure with all that is needed to look into it. */
export function summaryOf(report: FaultReport): string[] {
  const { faults, gaps, ok, lost, doubled, outOfOrder, viewsDiffering, other } = report;
  const count = (kind: string): number => faults.filter((fault) => fault.kind === kind).length;
  const lines = [
    `${ok ? 'ok' : 'FAILED'}: acknowledged ${report.acknowledged} lost ${lost.length} doubled ${doubled.length} outOfOrder ${outOfOrder.length} viewsDiffering ${viewsDiffering.length}${other.length === 0 ? '' : ` other ${other.length}`}`,
    `${report.clients} clients, ${report.deliveries} deliveries, ${report.snapshots} snapshots, ${report.views} views compared, ${report.seconds} s`,
    `${count('serviceKill')} service kills, ${gap(gaps.serviceKill)}; ${count('databaseKill')} database kills, ${gap(gaps.databaseKill)}`,
    `seed ${report.seed}`,
  ];
  if (ok) return lines;
  const lists = { lost, doubled, outOfOrder, viewsDiffering, other };
  for (const [name, list] of Object.entries(lists)) {
    for (const one of list.slice(0, 20)) lines.push(`${name}: ${one}`);
  }
  for (const { kind, afterRecovery, pauseMs } of report.schedule) {
    lines.push(
      `${kind} ${pauseMs} ms after the ${afterRecovery ? 'recovery from the ' : ''}last fault`,
    );
  }
  return [...lines, ...report.complaints.map((line) => `service: ${line.slice(0, 400)}`)];
}

const gap = ({ medianMs, longestMs }: Gap): string =>
  `delivery gap ${medianMs} ms median, ${longestMs} ms longest`;
