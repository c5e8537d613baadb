import { hash } from 'node:crypto';
import type { VerifiedToken } from './token-claims.ts';

interface Entry {
  readonly token: VerifiedToken;
  readonly generation: number;
  readonly untilMs: number;
}

/** Verified again after so long, which also keeps an unused key set fresh. */
const maxKeptMs = 600_000;

/**
 * Remembers tokens that verified, by their hash: HTTP brings the same one with every request.
 * `generation` names the set of keys: what an earlier set verified is verified again.
 */
export function openVerifiedTokens(options: { readonly size: number; readonly now: () => number }) {
  const { size, now } = options;
  // Insertion order makes the first entry the one unused for longest.
  const entries = new Map<string, Entry>();
  const nameOf = (token: string): string => hash('sha256', token, 'base64');

  return {
    get(token: string, generation: number): VerifiedToken | undefined {
      const name = nameOf(token);
      const entry = entries.get(name);
      if (entry === undefined) return undefined;
      entries.delete(name);
      if (entry.generation !== generation || entry.untilMs <= now()) return undefined;
      entries.set(name, entry);
      return entry.token;
    },
    keep(token: string, verified: VerifiedToken, generation: number): void {
      const untilMs = Math.min(verified.expiresAtMs, now() + maxKeptMs);
      entries.set(nameOf(token), { token: verified, generation, untilMs });
      if (entries.size <= size) return;
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        return;
      }
    },
  };
}
