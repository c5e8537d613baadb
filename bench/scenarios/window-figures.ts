import type { Window } from '../measure/window.ts';

/** The figures that every scenario with a load takes from its window. */
export function windowFigures(measured: Window) {
  return {
    seconds: measured.seconds,
    sendsPerSecond: measured.acknowledgedPerSecond,
    deliveriesPerSecond: measured.deliveredPerSecond,
    p50Ms: measured.acknowledgeLatency.percentileMs(50),
    p99Ms: measured.acknowledgeLatency.percentileMs(99),
    deliveryP50Ms: measured.deliveryLatency.percentileMs(50),
    deliveryP99Ms: measured.deliveryLatency.percentileMs(99),
    cores: measured.cores,
  };
}

export function cpuPerMessage(measured: Window) {
  return {
    serviceCpuMicrosPerMessage: measured.serviceCpuMicros / measured.acknowledged,
    databaseCpuMicrosPerMessage: measured.databaseCpuMicros / measured.acknowledged,
  };
}
