import type { JWTPayload } from 'jose';
import { unauthenticated } from './token-header.ts';

export interface VerifiedToken {
  /** `sub`, a UUID in lower case. */
  readonly userId: string;
  readonly name?: string;
  readonly expiresAtMs: number;
  readonly issuedAtMs?: number;
  /** `jti`. */
  readonly tokenId?: string;
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const controls = /[\p{Cc}\p{Cs}\u2028\u2029]/gu;
export const nameCodePoints = 64;
const maxTokenIdLength = 256;
/** The last time that ISO 8601 writes with four digits of year: events carry expiries so. */
const latestMs = Date.parse('9999-12-31T23:59:59.000Z');

/** The claims we use; signature and times were verified before. */
export function readClaims({ sub, exp, iat, jti, name }: JWTPayload): VerifiedToken {
  const userId = typeof sub === 'string' ? sub.toLowerCase() : '';
  if (!uuid.test(userId)) throw unauthenticated("the token's sub is not a UUID");
  if (exp === undefined) throw unauthenticated('the token has no exp');
  if (jti !== undefined && (typeof jti !== 'string' || jti.length > maxTokenIdLength)) {
    throw unauthenticated("the token's jti is not a short text");
  }
  const shownName = typeof name === 'string' ? shown(name) : '';
  return {
    userId,
    expiresAtMs: Math.min(Math.floor(exp * 1000), latestMs),
    ...(shownName === '' ? {} : { name: shownName }),
    ...(typeof iat === 'number' ? { issuedAtMs: Math.floor(iat * 1000) } : {}),
    ...(jti === undefined ? {} : { tokenId: jti }),
  };
}

/** A name is for show: an odd one is cut to fit, never a reason to refuse its owner. */
function shown(name: string): string {
  const clean = name.normalize('NFC').replace(controls, '').trim();
  return Array.from(clean).slice(0, nameCodePoints).join('').trim();
}
