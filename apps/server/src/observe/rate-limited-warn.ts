import type { Logger } from './logger.ts';

export interface RateLimitedWarnOptions {
  readonly intervalMs?: number;
  readonly nowMs?: () => number;
}

export type RateLimitedWarn = (fields: object, message: string) => void;

/** Messages tell kinds of oddity apart; there are as many as there are calls in the sources. */
const maxKinds = 256;

/**
 * Warns once per interval for each message and counts what it held back, so that a flood of the
 * same oddity costs one line and hides nothing.
 */
export function rateLimitedWarn(
  logger: Logger,
  { intervalMs = 10_000, nowMs = Date.now }: RateLimitedWarnOptions = {},
): RateLimitedWarn {
  const kinds = new Map<string, { untilMs: number; suppressed: number }>();
  return (fields, message) => {
    const now = nowMs();
    const kind = kinds.get(message);
    if (kind !== undefined && now < kind.untilMs) {
      kind.suppressed++;
      return;
    }
    if (kind === undefined && kinds.size >= maxKinds) kinds.clear();
    kinds.set(message, { untilMs: now + intervalMs, suppressed: 0 });
    const suppressed = kind?.suppressed ?? 0;
    logger.warn(suppressed === 0 ? fields : { ...fields, suppressed }, message);
  };
}
