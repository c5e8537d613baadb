import type { Clock } from '../clock.ts';
import type { Requests } from '../requests/requests.ts';
import type { Link } from './link.ts';
import type { Tokens } from './token-source.ts';

export interface TokenRefresh {
  readonly tokens: Tokens;
  readonly requests: Requests;
  readonly clock: Clock;
  readonly link: Link;
  readonly alive: () => boolean;
  readonly endsAtMs: number;
}

const firstPauseMs = 1_000;

/**
 * Answers `session.expiring` in band: a fresh token on the same socket. Tries again until the old
 * token ends; after that the server closes the socket and the connection machine takes over.
 */
export async function refreshToken(refresh: TokenRefresh): Promise<void> {
  const { tokens, requests, clock, link, alive, endsAtMs } = refresh;
  if (!tokens.renewable) return;
  for (let pauseMs = firstPauseMs; alive() && clock.now() < endsAtMs; pauseMs *= 2) {
    try {
      const token = await tokens.get(true);
      await requests.requestOn(link, 'session.authenticate', { token });
      return;
    } catch {
      await new Promise<void>((resolve) => void clock.after(pauseMs, resolve));
    }
  }
}
