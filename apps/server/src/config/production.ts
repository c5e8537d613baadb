import { type Key, keys, type Values } from './settings/index.ts';

export interface Findings {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

const placeholder =
  /change[-_ ]?(me|this)|placeholder|example|replace[-_ ]?(me|this)|your[-_ ]|<[^>]*>|x{4,}/i;

/** Keys of the environment whose text was plainly meant to be replaced. */
export function placeholders(texts: ReadonlyMap<Key, string>): readonly Key[] {
  return keys.filter((key) => {
    const text = texts.get(key);
    return text !== undefined && (placeholder.test(text) || isTrivialKey(key, text));
  });
}

/** 32 zero bytes are valid base64 and no secret. */
function isTrivialKey(key: Key, text: string): boolean {
  return key === 'SECRETBOX_KEY_B64' && new Set(Buffer.from(text, 'base64')).size < 8;
}

/** What production refuses and what it warns of, once every value is known to be well formed. */
export function judgeProduction(values: Partial<Values>, failed: ReadonlySet<Key>): Findings {
  const unset = (key: Key) => values[key] === undefined && !failed.has(key);
  const problems: string[] = [];
  const warnings: string[] = [];

  if (unset('DATABASE_URL')) {
    problems.push('DATABASE_URL: required in production (the embedded database is not for it)');
  }
  if (unset('SECRETBOX_KEY_B64')) {
    problems.push('SECRETBOX_KEY_B64: required in production: expected 32 bytes in base64');
  }
  if (unset('JWT_PUBLIC_KEY_PEM') && unset('JWKS_URL')) {
    problems.push('JWT_PUBLIC_KEY_PEM or JWKS_URL: one of them is required in production');
  }
  if (values.ALLOWED_ORIGINS?.includes('*')) {
    problems.push('ALLOWED_ORIGINS: * is refused in production; name the origins');
  }

  if (unset('JWT_ISSUER')) {
    warnings.push('JWT_ISSUER is unset: tokens of every issuer with this key are accepted');
  }
  if (unset('JWT_AUDIENCE')) {
    warnings.push('JWT_AUDIENCE is unset: tokens meant for other services are accepted');
  }
  if (unset('REDIS_URL')) {
    warnings.push('REDIS_URL is unset: nodes hear of each other only by reading the log');
  }
  if (values.ALLOWED_ORIGINS?.length === 0) {
    warnings.push('ALLOWED_ORIGINS is unset: scripts of every page may connect, given a token');
  }
  if (values.JWKS_URL?.startsWith('http:')) {
    warnings.push('JWKS_URL is not https: whoever can answer for it can sign tokens');
  }
  return { problems, warnings };
}
