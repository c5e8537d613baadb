import { nowMicros } from './clock.ts';
import { Latency } from './latency.ts';
import type { Mark } from './orders.ts';

/** Everything one generator process counts. */
export class Meters {
  acknowledged = 0;
  delivered = 0;
  refused = 0;
  /** Signals and ends of calls, beside the messages that each member checks. */
  lost = 0;
  duplicated = 0;
  outOfOrder = 0;
  cut = 0;
  firstFault: string | undefined;
  readonly acknowledgeLatency = new Latency();
  readonly deliveryLatency = new Latency();
  readonly lateness = new Latency();

  fault(what: string): void {
    this.firstFault ??= what;
  }

  mark(): Mark {
    const cpu = process.cpuUsage();
    return {
      atMicros: nowMicros(),
      cpuMicros: cpu.user + cpu.system,
      acknowledged: this.acknowledged,
      delivered: this.delivered,
      acknowledgeLatency: this.acknowledgeLatency.take(),
      deliveryLatency: this.deliveryLatency.take(),
      lateness: this.lateness.take(),
    };
  }
}
