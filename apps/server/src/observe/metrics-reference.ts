import { type MetricDeclaration, metricTable } from './metric-table.ts';

/** docs/metrics.md */
export function metricsMarkdown(): string {
  const rows = Object.values(metricTable).map(
    ({ name, type, labels, help }: MetricDeclaration) =>
      `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
  );
  return [
    '# Metrics',
    '',
    '<!-- Generated from the metric table by `npm run docs`; edit that. -->',
    '',
    'Served for Prometheus under `/metrics` on `METRICS_PORT` (9090), apart from the port of the',
    'clients. Times are seconds. Labels take few values: routes are patterns, statements are names,',
    'never ids of users or conversations.',
    '',
    '| name | type | labels | meaning |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
