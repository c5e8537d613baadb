import { hash } from 'node:crypto';
import type { VerifiedToken } from './token-claims.ts';

interface Entry {
  readonly token: VerifiedToken;
  readonly generation: number;
  readonly untilMs: number;
}

export interface VerifiedTokensOptions {
  readonly size: number;
  /** Verified again after so long. */
  readonly keptMs: number;
  readonly now: () => number;
}

/**
 * Remembers tokens that verified, by their hash: HTTP brings the same one with every request, and
 * a crowd that was cut off comes back with those it had. `generation` names the set of keys: what
 * an earlier set verified is verified again.
 */
export function openVerifiedTokens({ size, keptMs, now }: VerifiedTokensOptions) {
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
      const untilMs = Math.min(verified.expiresAtMs, now() + keptMs);
      entries.set(nameOf(token), { token: verified, generation, untilMs });
      if (entries.size <= size) return;
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        return;
      }
    },
  };
}
