import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';

/** Latencies in microseconds, three significant digits. */
export class Latency {
  readonly #histogram: Histogram = build({ numberOfSignificantValueDigits: 3 });

  record(micros: number): void {
    this.#histogram.recordValue(Math.max(1, Math.round(micros)));
  }

  add(encoded: string): void {
    this.#histogram.add(decodeFromCompressedBase64(encoded));
  }

  /** Undefined when nothing was recorded. */
  percentileMs(percentile: number): number | undefined {
    if (this.#histogram.totalCount === 0) return undefined;
    return this.#histogram.getValueAtPercentile(percentile) / 1_000;
  }

  /** What was recorded since the last call, for another process to add. */
  take(): string {
    const encoded = encodeIntoCompressedBase64(this.#histogram);
    this.#histogram.reset();
    return encoded;
  }
}
