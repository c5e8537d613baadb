import type { Clock } from '../clock.ts';

/** A token, or how to get one; asked again when the service wants a fresh one. */
export type TokenSource = string | (() => Promise<string>);

/** A token that ends sooner than this is not worth connecting with. */
const remainingMs = 30_000;

/** Hands out tokens and keeps one as long as it is good: a reconnect storm spares its issuer. */
export class Tokens {
  readonly renewable: boolean;
  readonly #source: TokenSource;
  readonly #clock: Clock;
  #kept: { readonly token: string; readonly expiresAtMs: number } | null = null;

  constructor(source: TokenSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
    this.renewable = typeof source !== 'string';
  }

  async get(fresh: boolean): Promise<string> {
    if (typeof this.#source === 'string') return this.#source;
    const kept = this.#kept;
    if (!fresh && kept !== null && kept.expiresAtMs - this.#clock.now() > remainingMs) {
      return kept.token;
    }
    const token = await this.#source();
    this.#kept = { token, expiresAtMs: expiryOf(token) };
    return token;
  }
}

/** When a JWT (RFC 7519) ends; 0 for what is none, so that it is asked for every time. */
function expiryOf(token: string): number {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const { exp } = JSON.parse(atob(payload)) as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1000 : 0;
  } catch {
    return 0;
  }
}
