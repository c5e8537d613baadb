import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDevelopmentIssuer } from '#auth/development-tokens.js';
import { createTokenVerifier } from '#auth/verify-token.js';
import { ran } from './testing/ran.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'nova-token-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const spkiOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();

describe('--name', () => {
  test('issues what a node on the same data directory accepts', async () => {
    const env = { NOVA_DATA_DIR: directory, JWT_ISSUER: 'nova' };
    const { code, out, error } = await ran('token --name Ana', env);
    expect(code).toBe(0);
    expect(out).toHaveLength(1);
    const issuer = await openDevelopmentIssuer(directory);
    const verifier = await createTokenVerifier({
      publicKeysPem: issuer.publicKeyPem,
      issuer: 'nova',
    });
    const verified = await verifier.verify(out[0] ?? '');
    expect(verified.name).toBe('Ana');
    expect(error).toEqual([`user ${verified.userId}`]);
  });

  test('--json prints what the token endpoint answers', async () => {
    const { out } = await ran('token --name ana --json', { NOVA_DATA_DIR: directory });
    expect(JSON.parse(out[0] ?? '')).toEqual({
      token: expect.stringMatching(/^eyJ/),
      userId: '429519ee-fe9e-5f69-a3e3-d398c8fa7c69',
    });
  });

  test('is refused where its tokens would not be accepted, and makes no key there', async () => {
    const database = { DATABASE_URL: 'postgresql://u:hidden@localhost/x' };
    const publicKey = spkiOf(generateKeyPairSync('ed25519').publicKey);
    for (const [key, value] of Object.entries({ ...database, JWT_PUBLIC_KEY_PEM: publicKey })) {
      const { code, all } = await ran('token --name ana', {
        NOVA_DATA_DIR: directory,
        [key]: value,
      });
      expect(code).toBe(1);
      expect(all).toContain(`${key} is set`);
      expect(all).not.toContain('hidden');
    }
    expect(readdirSync(directory)).toEqual([]);
  });

  test('needs a configuration without problems', async () => {
    const { code, all } = await ran('token --name ana', { PORT: 'x' });
    expect(code).toBe(78);
    expect(all).toContain('PORT: expected a whole number');
  });
});

describe('--sub and --key', () => {
  const pairs = {
    RS256: generateKeyPairSync('rsa', { modulusLength: 2_048 }),
    ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    EdDSA: generateKeyPairSync('ed25519'),
  };
  const userId = randomUUID();

  function keyFile(key: KeyObject): string {
    const file = path.join(directory, 'private.pem');
    writeFileSync(file, key.export({ type: 'pkcs8', format: 'pem' }));
    return file;
  }

  test.each(['RS256', 'ES256', 'EdDSA'] as const)('signs with a key for %s', async (alg) => {
    const file = keyFile(pairs[alg].privateKey);
    const line = `token --sub ${userId.toUpperCase()} --key ${file} --alg ${alg} --ttl 15m --name Ana --kid k1`;
    const env = { JWT_ISSUER: ' nova ', JWT_AUDIENCE: 'app' };
    const { code, out } = await ran(line, env);
    expect(code).toBe(0);
    const text = out[0] ?? '';
    expect(decodeProtectedHeader(text)).toEqual({ alg, typ: 'JWT', kid: 'k1' });
    const verifier = await createTokenVerifier({
      publicKeysPem: spkiOf(pairs[alg].publicKey),
      issuer: 'nova',
      audience: 'app',
    });
    const verified = await verifier.verify(text);
    expect(verified).toMatchObject({ userId, name: 'Ana' });
    expect(verified.expiresAtMs - (verified.issuedAtMs ?? 0)).toBe(15 * 60_000);
  });

  test.each([
    ['--sub ana', 2, '--sub: expected a UUID'],
    ['--ttl soon', 2, '--ttl: expected a duration'],
    ['--ttl 0s', 2, '--ttl: expected a duration'],
    ['--ttl 999999999d', 2, '--ttl: expected a duration'],
    ['--alg RS256', 2, '--alg: this key signs with EdDSA'],
    ['--key /nowhere/key.pem', 1, '--key: ENOENT'],
  ])('%s is refused', async (extra, exitCode, words) => {
    const file = keyFile(pairs.EdDSA.privateKey);
    const { code, all } = await ran(`token --sub ${userId} --key ${file} ${extra}`);
    expect(code).toBe(exitCode);
    expect(all).toContain(words);
  });

  test('a file that is no private key, or of a kind no node accepts, is refused unquoted', async () => {
    const file = path.join(directory, 'private.pem');
    writeFileSync(file, 'hush hush');
    const broken = await ran(`token --sub ${userId} --key ${file}`);
    expect(broken.code).toBe(1);
    expect(broken.all).toContain('does not hold a private key in PEM');
    expect(broken.all).not.toContain('hush');
    keyFile(generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey);
    expect((await ran(`token --sub ${userId} --key ${file}`)).all).toContain('has 1024 bits');
  });
});
