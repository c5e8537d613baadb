import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type MetricKey, metricTable } from './metric-table.ts';
import { watchProcess } from './process-metrics.ts';

type LabelOf<Key extends MetricKey> = (typeof metricTable)[Key]['labels'][number];
type Registered<Key extends MetricKey> = {
  counter: Counter<LabelOf<Key>>;
  gauge: Gauge<LabelOf<Key>>;
  histogram: Histogram<LabelOf<Key>>;
}[(typeof metricTable)[Key]['type']];

export type Meters = { readonly [Key in MetricKey]: Registered<Key> };

export interface Metrics extends Meters {
  /** `read` runs before every scrape: for values that are looked up rather than counted. */
  readonly onScrape: (read: () => void) => void;
  readonly render: () => Promise<string>;
  readonly contentType: string;
  readonly close: () => void;
}

export interface BuildInfo {
  readonly version: string;
}

/** A registry of its own for each node, so that several nodes of one process count apart. */
export function createMetrics({ version }: BuildInfo): Metrics {
  const registry = new Registry();
  const meters = Object.fromEntries(
    Object.entries(metricTable).map(([key, { type, labels, ...declared }]) => {
      const options = { ...declared, labelNames: [...labels], registers: [registry] };
      if (type === 'counter') return [key, new Counter(options)];
      if (type === 'gauge') return [key, new Gauge(options)];
      const buckets = 'buckets' in declared ? [...declared.buckets] : [];
      return [key, new Histogram({ ...options, buckets })];
    }),
  ) as unknown as Meters;
  meters.buildInfo.set({ version, node: process.version }, 1);

  const reads: (() => void)[] = [];
  const processWatch = watchProcess(meters);
  reads.push(processWatch.read);
  return {
    ...meters,
    onScrape: (read) => {
      reads.push(read);
    },
    render: () => {
      for (const read of reads) read();
      return registry.metrics();
    },
    contentType: registry.contentType,
    close: processWatch.close,
  };
}
