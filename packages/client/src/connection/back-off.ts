const firstCeilingMs = 500;
const lastCeilingMs = 30_000;

/**
 * How long to wait before try number `attempt` (from 0): anything between nothing and a ceiling
 * that doubles from 0.5 to 30 s. Full jitter, so that the clients of a lost node spread out.
 */
export function backOffMs(attempt: number, random: number): number {
  const ceilingMs = Math.min(lastCeilingMs, firstCeilingMs * 2 ** Math.min(attempt, 10));
  return Math.round(ceilingMs * random);
}
