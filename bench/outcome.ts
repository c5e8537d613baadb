import type { Verdict } from './generator/verdict.ts';
import type { SubjectName } from './subjects/subject.ts';

/** The result of one scenario: the JSON line. Absent fields were not part of the scenario. */
export interface Outcome extends Verdict {
  readonly scenario: string;
  readonly subject: SubjectName;
  readonly commit: string;
  readonly seconds: number;
  readonly sendsPerSecond?: number | undefined;
  readonly deliveriesPerSecond?: number | undefined;
  readonly connectsPerSecond?: number | undefined;
  readonly setupsPerSecond?: number | undefined;
  /**
   * Send to acknowledgement; in `connect` from dialling to `session.ready`; in `calls` from the
   * start of a call until both sides have all signals.
   */
  readonly p50Ms?: number | undefined;
  readonly p99Ms?: number | undefined;
  readonly deliveryP50Ms?: number | undefined;
  readonly deliveryP99Ms?: number | undefined;
  /** Call set-ups a second, on a schedule, while the signals below were timed. */
  readonly signalsAtSetupsPerSecond?: number | undefined;
  /** From one side of a call, when it was due, to the other; on one node and between two. */
  readonly signalP50Ms?: number | undefined;
  readonly signalP99Ms?: number | undefined;
  readonly signalAcrossP50Ms?: number | undefined;
  readonly signalAcrossP99Ms?: number | undefined;
  /** How late the generator itself was; contained in the latencies above. */
  readonly generatorLateP99Ms?: number | undefined;
  readonly serviceCpuMicrosPerMessage?: number | undefined;
  readonly databaseCpuMicrosPerMessage?: number | undefined;
  readonly serviceCpuMicrosPerDelivery?: number | undefined;
  readonly generatorCpuMicrosPerDelivery?: number | undefined;
  readonly serviceCpuMicrosPerConnect?: number | undefined;
  readonly serviceCpuMicrosPerSetup?: number | undefined;
  readonly databaseCpuMicrosPerSetup?: number | undefined;
  /** From the cut until the last socket has resumed. */
  readonly allBackSeconds?: number | undefined;
  /** CPU of the service a message: three nodes over one. */
  readonly nodesCostRatio?: number | undefined;
  /** Median of send to acknowledgement: with Kafka stopped over with Kafka. */
  readonly kafkaStoppedRatio?: number | undefined;
  /** CPU of the database a second, during the storm over before. */
  readonly databaseLoadRatio?: number | undefined;
  readonly residentBytesPerSocket?: number | undefined;
  /** Between the fewest and the most sockets: without what the warmed-up process needs anyway. */
  readonly residentBytesPerFurtherSocket?: number | undefined;
  readonly emptyProcessBytes?: number | undefined;
  readonly firstStartMs?: number | undefined;
  /** The dearest of `growth`: with many stored messages over with few. */
  readonly costRatio?: number | undefined;
  readonly startMs?: number | undefined;
  readonly productionStartMs?: number | undefined;
  readonly ceilingPerSecond?: number | undefined;
  readonly ceilingCpuMicros?: number | undefined;
  readonly ratioToCeiling?: number | undefined;
  /** CPU seconds a second during the measurement: what shared the machine. */
  readonly cores?: Cores | undefined;
  /** Figures of the scenario's variants, by name. */
  readonly variants?: Readonly<Record<string, Readonly<Record<string, number | undefined>>>>;
}

export interface Cores {
  readonly service: number;
  readonly database: number;
  readonly generator: number;
  /** Everything else that ran on the machine. */
  readonly others: number;
}

/** The verdict of a scenario that sends no messages. */
export const nothingSent: Verdict = {
  lost: 0,
  duplicated: 0,
  outOfOrder: 0,
  refused: 0,
  unanswered: 0,
  cut: 0,
  firstFault: undefined,
};
