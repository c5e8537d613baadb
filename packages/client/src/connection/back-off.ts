const firstCeilingMs = 500;
const defaultLastCeilingMs = 30_000;

/**
 * How long to wait before try number `attempt` (from 0): anything between nothing and a ceiling
 * that doubles from 0.5 s on, up to 30 s when `lastCeilingMs` is absent. Full jitter, so that the
 * clients of a lost node spread out.
 */
export function backOffMs(
  attempt: number,
  random: number,
  lastCeilingMs = defaultLastCeilingMs,
): number {
  const ceilingMs = Math.min(lastCeilingMs, firstCeilingMs * 2 ** Math.min(attempt, 10));
  return Math.round(ceilingMs * random);
}
