import { createPublicKey } from 'node:crypto';
import { unavailable } from '#errors.js';
import { type Algorithm, algorithmOf, type VerifyKey } from './key-algorithm.ts';
import { readBounded } from './read-bounded.ts';

export interface KeySetOptions {
  readonly url: string;
  readonly algorithms: readonly Algorithm[];
  readonly timeoutMs?: number;
  /** A held set is read again, in the background, when it is this old. */
  readonly freshMs?: number;
  /** Past this age a set that cannot be read again is not believed any more. */
  readonly maxAgeMs?: number;
  /** Least time between two readings, whatever strangers' tokens ask for. */
  readonly coolDownMs?: number;
  readonly now?: () => number;
}

/** Keys published at a URL (JWKS, RFC 7517), kept and read again as they rotate. */
export interface KeySet {
  /**
   * The keys a token with this header may be signed with: the ones of its `kid`, or all of the
   * algorithm when it names none. Throws `unavailable` when the set cannot be read.
   */
  keysFor(algorithm: Algorithm, keyId: string | undefined): Promise<readonly VerifyKey[]>;
  /** Reads the set again unless that happened just now; never rejects. */
  refresh(): Promise<void>;
  /** Grows whenever other keys came in. */
  readonly generation: number;
}

export const maxSetBytes = 256 * 1024;
const maxKeys = 64;
/** A reading that failed is tried again sooner than one that brought nothing new. */
const retryMs = 1_000;

interface Held {
  readonly keys: readonly VerifyKey[];
  readonly text: string;
  readonly readAtMs: number;
}

export function openKeySet(options: KeySetOptions): KeySet {
  const { url, timeoutMs = 5_000, freshMs = 600_000, maxAgeMs = 3_600_000 } = options;
  const { coolDownMs = 30_000, now = Date.now } = options;
  let held: Held | undefined;
  let generation = 0;
  let underWay: Promise<void> | undefined;
  let attemptedAtMs = Number.NEGATIVE_INFINITY;
  let failure: unknown;

  const read = async (): Promise<void> => {
    attemptedAtMs = now();
    try {
      const text = await readBounded(url, { timeoutMs, maxBytes: maxSetBytes });
      if (held?.text !== text) {
        const keys = parseKeySet(text, options.algorithms);
        generation++;
        held = { keys, text, readAtMs: now() };
      } else {
        held = { ...held, readAtMs: now() };
      }
      failure = undefined;
    } catch (error) {
      failure = error;
    }
  };

  /** One reading at a time, and none within the cool-down of the last. */
  const readAgain = (): Promise<void> => {
    if (underWay !== undefined) return underWay;
    const pauseMs = failure === undefined ? coolDownMs : retryMs;
    if (now() - attemptedAtMs < pauseMs) return Promise.resolve();
    underWay = read().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };

  const current = (): readonly VerifyKey[] | undefined =>
    held !== undefined && now() - held.readAtMs < maxAgeMs ? held.keys : undefined;

  const matching = (algorithm: Algorithm, keyId: string | undefined): readonly VerifyKey[] =>
    (current() ?? []).filter(
      (candidate) =>
        candidate.algorithm === algorithm && (keyId === undefined || candidate.keyId === keyId),
    );

  return {
    refresh: readAgain,
    get generation() {
      return generation;
    },
    async keysFor(algorithm, keyId) {
      const stale = held === undefined || now() - held.readAtMs >= freshMs;
      // Background: `read` never rejects.
      const reading = stale ? readAgain() : undefined;
      const found = matching(algorithm, keyId);
      if (found.length > 0) return found;
      await (reading ?? readAgain());
      const foundNow = matching(algorithm, keyId);
      // Whether the token's key exists is not known while the set cannot be read.
      if (foundNow.length === 0 && (failure !== undefined || current() === undefined)) {
        throw unavailable('the key set of the token issuer', failure);
      }
      return foundNow;
    },
  };
}

/** The keys of a published set that verify tokens; the others are passed over. */
export function parseKeySet(text: string, accepted: readonly Algorithm[]): readonly VerifyKey[] {
  const set: unknown = JSON.parse(text);
  const keys = typeof set === 'object' && set !== null ? Reflect.get(set, 'keys') : undefined;
  if (!Array.isArray(keys)) throw new Error('the key set has no list of keys');
  return keys.slice(0, maxKeys).flatMap((jwk: unknown) => {
    const key = parseKey(jwk);
    return key !== undefined && accepted.includes(key.algorithm) ? [key] : [];
  });
}

/** Undefined for a key that is not for us: a set may hold keys of any kind and purpose. */
function parseKey(jwk: unknown): VerifyKey | undefined {
  if (typeof jwk !== 'object' || jwk === null) return undefined;
  const { use, alg, kid, key_ops: uses, ...rest } = jwk as Record<string, unknown>;
  if (use !== undefined && use !== 'sig') return undefined;
  if (Array.isArray(uses) && !uses.includes('verify')) return undefined;
  // A secret or private key in a public place is known to all: nothing it signed is proof.
  if (rest.kty === 'oct' || 'd' in rest) return undefined;
  try {
    const key = createPublicKey({ key: rest, format: 'jwk' });
    const judged = algorithmOf(key);
    if ('problem' in judged || (alg !== undefined && alg !== judged.algorithm)) return undefined;
    const keyId = typeof kid === 'string' ? kid : undefined;
    return { key, algorithm: judged.algorithm, keyId };
  } catch {
    return undefined;
  }
}
