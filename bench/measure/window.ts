import { setTimeout as pause } from 'node:timers/promises';
import type { Fleet } from '../generator/fleet.ts';
import { Latency } from '../generator/latency.ts';
import type { Mark } from '../generator/orders.ts';
import type { Cores } from '../outcome.ts';
import { cpuOf, type Subject } from '../subjects/subject.ts';
import { cpuOfMachine } from './process-tree.ts';

/** What happened between two marks while the load ran. */
export interface Window {
  readonly seconds: number;
  readonly acknowledged: number;
  readonly delivered: number;
  readonly acknowledgedPerSecond: number;
  readonly deliveredPerSecond: number;
  readonly acknowledgeLatency: Latency;
  readonly deliveryLatency: Latency;
  readonly lateness: Latency;
  readonly serviceCpuMicros: number;
  readonly databaseCpuMicros: number;
  readonly generatorCpuMicros: number;
  readonly cores: Cores;
}

interface Snapshot {
  readonly marks: readonly Mark[];
  readonly service: { readonly own: number; readonly below: number };
  readonly machine: number;
  readonly atMs: number;
}

/** Lets the running load warm up, then measures it for so many seconds. */
export async function measureWindow(
  subject: Subject,
  fleet: Fleet,
  times: { readonly warmupSeconds: number; readonly seconds: number },
): Promise<Window> {
  await Promise.race([pause(times.warmupSeconds * 1_000), subject.child.died()]);
  const from = await snapshot(subject, fleet);
  await Promise.race([pause(times.seconds * 1_000), subject.child.died()]);
  return between(from, await snapshot(subject, fleet));
}

async function snapshot(subject: Subject, fleet: Fleet): Promise<Snapshot> {
  const marks = await fleet.all('mark', () => ({}));
  const service = cpuOf(subject);
  return { marks, service, machine: cpuOfMachine(), atMs: performance.now() };
}

function between(from: Snapshot, to: Snapshot): Window {
  const seconds = (to.atMs - from.atMs) / 1_000;
  const serviceCpuMicros = to.service.own - from.service.own;
  const databaseCpuMicros = to.service.below - from.service.below;
  const generatorCpuMicros = total(from, to, 'cpuMicros');
  const known = serviceCpuMicros + databaseCpuMicros + generatorCpuMicros;
  const others = Math.max(0, to.machine - from.machine - known);
  const cores = (micros: number) => Number((micros / 1_000_000 / seconds).toFixed(2));
  return {
    seconds,
    acknowledged: total(from, to, 'acknowledged'),
    delivered: total(from, to, 'delivered'),
    acknowledgedPerSecond: perSecond(from, to, 'acknowledged'),
    deliveredPerSecond: perSecond(from, to, 'delivered'),
    acknowledgeLatency: latency(to.marks, 'acknowledgeLatency'),
    deliveryLatency: latency(to.marks, 'deliveryLatency'),
    lateness: latency(to.marks, 'lateness'),
    serviceCpuMicros,
    databaseCpuMicros,
    generatorCpuMicros,
    cores: {
      service: cores(serviceCpuMicros),
      database: cores(databaseCpuMicros),
      generator: cores(generatorCpuMicros),
      others: cores(others),
    },
  };
}

type Count = 'acknowledged' | 'delivered' | 'cpuMicros';

function total(from: Snapshot, to: Snapshot, count: Count): number {
  return to.marks.reduce(
    (sum, mark, index) => sum + mark[count] - (from.marks[index]?.[count] ?? 0),
    0,
  );
}

/** Each process by its own clock: a busy one takes its mark a little later. */
function perSecond(from: Snapshot, to: Snapshot, count: Count): number {
  return to.marks.reduce((sum, mark, index) => {
    const before = from.marks[index];
    if (before === undefined) return sum;
    return sum + (mark[count] - before[count]) / ((mark.atMicros - before.atMicros) / 1_000_000);
  }, 0);
}

function latency(
  marks: readonly Mark[],
  which: 'acknowledgeLatency' | 'deliveryLatency' | 'lateness',
): Latency {
  const merged = new Latency();
  for (const mark of marks) merged.add(mark[which]);
  return merged;
}
