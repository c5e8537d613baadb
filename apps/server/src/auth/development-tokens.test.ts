import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDevelopmentIssuer, openDevelopmentSecretbox } from './development-tokens.ts';
import { createTokenVerifier } from './verify-token.ts';

let parent: string;
let dataDir: string;
beforeEach(() => {
  parent = mkdtempSync(path.join(os.tmpdir(), 'nova-issuer-'));
  dataDir = path.join(parent, '.nova');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const modeOf = (name: string): number => statSync(path.join(dataDir, name)).mode & 0o777;

describe('issuer', () => {
  test('makes tokens that verify, carry the name and live twelve hours', async () => {
    const nowMs = Date.parse('2026-06-01T12:00:00.000Z');
    const now = () => nowMs;
    const issuer = await openDevelopmentIssuer(dataDir, { now, issuer: 'nova', audience: 'app' });
    const { token, userId } = await issuer.issue('  Ana ');
    const verifier = await createTokenVerifier({
      publicKeysPem: issuer.publicKeyPem,
      issuer: 'nova',
      audience: 'app',
      now,
    });
    expect(await verifier.verify(token)).toMatchObject({
      userId,
      name: 'Ana',
      issuedAtMs: nowMs,
      expiresAtMs: nowMs + 12 * 3_600_000,
    });
  });

  test('keeps its key over restarts, also when two start at once', async () => {
    const both = await Promise.all([
      openDevelopmentIssuer(dataDir),
      openDevelopmentIssuer(dataDir),
    ]);
    const later = await openDevelopmentIssuer(dataDir);
    expect(new Set([...both, later].map((issuer) => issuer.publicKeyPem)).size).toBe(1);
    expect(readdirSync(dataDir)).toEqual(['development-token-key.pem']);
  });

  test('keeps its key to itself', async () => {
    await openDevelopmentIssuer(dataDir);
    expect(modeOf('development-token-key.pem')).toBe(0o600);
    chmodSync(path.join(dataDir, 'development-token-key.pem'), 0o644);
    await openDevelopmentIssuer(dataDir);
    expect(modeOf('development-token-key.pem')).toBe(0o600);
  });

  test('a damaged key file is named, not replaced, and not quoted', async () => {
    await openDevelopmentIssuer(dataDir);
    const file = path.join(dataDir, 'development-token-key.pem');
    writeFileSync(file, 'damaged');
    await expect(openDevelopmentIssuer(dataDir)).rejects.toThrow(
      `${file} does not hold an Ed25519 private key`,
    );
    expect(readFileSync(file, 'utf8')).toBe('damaged');
  });
});

describe('names', () => {
  test('the same name is the same user, on every machine and in every spelling', async () => {
    const issuer = await openDevelopmentIssuer(dataDir);
    const ids = ['ana', ' ANA ', 'Ana', '\tana\n'].map(
      async (name) => (await issuer.issue(name)).userId,
    );
    // A fixed value: changing it would turn everybody into somebody else.
    expect(new Set(await Promise.all(ids))).toEqual(
      new Set(['429519ee-fe9e-5f69-a3e3-d398c8fa7c69']),
    );
    expect((await issuer.issue('Zo\u00eb')).userId).toBe((await issuer.issue('zoe\u0308')).userId);
    expect((await issuer.issue('bob')).userId).not.toBe((await issuer.issue('ana')).userId);
  });

  test('64 code points fit, whatever their bytes', async () => {
    const issuer = await openDevelopmentIssuer(dataDir);
    await expect(issuer.issue('👋'.repeat(64))).resolves.toBeDefined();
  });

  test.each([
    ['empty', ''],
    ['blank', ' \t '],
    ['too long', 'a'.repeat(65)],
    ['with a control character', 'a\u0000b'],
    ['with a line break inside', 'a\nb'],
    ['with half a surrogate pair', 'a\ud800b'],
    ['not a text', 7 as unknown as string],
    ['absent', undefined as unknown as string],
  ])('a name that is %s is refused, naming the field', async (_case, name) => {
    const issuer = await openDevelopmentIssuer(dataDir);
    await expect(issuer.issue(name)).rejects.toMatchObject({
      code: 'invalidRequest',
      details: [{ field: 'name' }],
    });
  });
});

describe('secretbox', () => {
  test('is 32 random bytes, kept with mode 0600', async () => {
    const key = await openDevelopmentSecretbox(dataDir);
    expect(Buffer.from(key, 'base64')).toHaveLength(32);
    expect(await openDevelopmentSecretbox(dataDir)).toBe(key);
    expect(modeOf('development-secretbox-key')).toBe(0o600);
  });

  test('a damaged file is an error that does not quote it', async () => {
    await openDevelopmentSecretbox(dataDir);
    writeFileSync(path.join(dataDir, 'development-secretbox-key'), 'AAAA');
    await expect(openDevelopmentSecretbox(dataDir)).rejects.toThrow(
      'development-secretbox-key does not hold 32 bytes',
    );
  });
});
