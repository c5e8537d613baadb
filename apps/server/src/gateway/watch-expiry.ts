/** Warned this long before the token ends, so that a client can refresh it in band. */
const warningMs = 60_000;

export interface ExpiryOwner {
  /** Look again: it is time for the warning. */
  again(): void;
  warn(): void;
  end(): void;
}

/**
 * Watches the end of a token. While it is further off than a heartbeat no timer is kept and none
 * returned: the heartbeats look again.
 */
export function watchExpiry(
  expiresAtMs: number,
  heartbeatIntervalMs: number,
  owner: ExpiryOwner,
): NodeJS.Timeout | undefined {
  const leftMs = expiresAtMs - Date.now();
  const warnInMs = leftMs - warningMs;
  if (leftMs <= 0) {
    owner.end();
    return undefined;
  }
  if (warnInMs > heartbeatIntervalMs) return undefined;
  if (warnInMs > 0) return setTimeout(() => owner.again(), warnInMs).unref();
  owner.warn();
  return setTimeout(() => owner.end(), leftMs).unref();
}
