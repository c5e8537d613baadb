/** Microseconds of the machine's monotonic clock: comparable between processes. */
export function nowMicros(): number {
  const [seconds, nanos] = process.hrtime();
  return seconds * 1_000_000 + Math.round(nanos / 1_000);
}
