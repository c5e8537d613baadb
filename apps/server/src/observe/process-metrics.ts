// What the process tells of itself, read at every scrape.
import { constants, monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import type { Meters } from './metrics.ts';

const nanosecond = 1e-9;
const collections: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weak',
};

export interface ProcessWatch {
  readonly read: () => void;
  readonly close: () => void;
}

export function watchProcess(meters: Meters): ProcessWatch {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const observer = new PerformanceObserver((list) => {
    for (const { duration, ...entry } of list.getEntries().map((each) => each.toJSON())) {
      meters.garbageCollection.observe({ kind: kindOf(entry) }, duration / 1_000);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  meters.startTime.set(Date.now() / 1_000 - process.uptime());

  let countedCpuSeconds = 0;
  const read = () => {
    const { heapUsed, external, rss } = process.memoryUsage();
    meters.heapUsed.set(heapUsed);
    meters.externalMemory.set(external);
    meters.residentMemory.set(rss);
    const { user, system } = process.cpuUsage();
    const cpuSeconds = (user + system) / 1e6;
    meters.cpuSeconds.inc(Math.max(0, cpuSeconds - countedCpuSeconds));
    countedCpuSeconds = cpuSeconds;
    for (const quantile of [50, 99]) {
      const seconds = delay.percentile(quantile) * nanosecond;
      meters.eventLoopDelay.set({ quantile: String(quantile / 100) }, seconds);
    }
    meters.eventLoopDelay.set({ quantile: '1' }, delay.max * nanosecond);
    delay.reset();
  };
  const close = () => {
    observer.disconnect();
    delay.disable();
  };
  return { read, close };
}

function kindOf(entry: { readonly detail?: unknown }): string {
  const detail = entry.detail as { readonly kind?: number } | undefined;
  return collections[detail?.kind ?? -1] ?? 'other';
}
