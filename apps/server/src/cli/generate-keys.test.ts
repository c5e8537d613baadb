import { createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from '#config/read-config.js';
import { readMasterKeys } from '#sealing/master-keys.js';
import { ran } from './testing/ran.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'nova-keys-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** As tools that read .env files do: comments left out, quotes taken off. */
function environmentOf(lines: readonly string[]): Record<string, string> {
  const pairs = lines.flatMap((line) => {
    const [, name, value] = /^([A-Z0-9_]+)="?(.*?)"?$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(pairs);
}

test.each(['RS256', 'ES256', 'EdDSA'])(
  'prints lines for %s that production accepts',
  async (alg) => {
    const { code, out } = await ran(`keys generate --alg ${alg}`);
    expect(code).toBe(0);
    const env = environmentOf(out);
    expect(Object.keys(env)).toEqual(['SECRETBOX_KEY_B64', 'JWT_PUBLIC_KEY_PEM']);
    const read = readConfig({ ...env, APP_ENV: 'production', DATABASE_URL: 'postgresql://u@h/d' });
    expect(read).toMatchObject({ ok: true });
    if (!read.ok) return;
    const { auth, sealing } = read.config;
    await readMasterKeys({ currentB64: sealing.keyB64 ?? '', previousB64: [] });
    const privateLine = out.find((line) => line.startsWith('# JWT_PRIVATE_KEY_PEM')) ?? '';
    const escaped = environmentOf([privateLine.slice(2)]).JWT_PRIVATE_KEY_PEM ?? '';
    const privateKey = createPrivateKey(escaped.replaceAll('\\n', '\n'));
    expect(createPublicKey(privateKey).equals(createPublicKey(auth.publicKeyPem ?? ''))).toBe(true);
  },
);

test('never prints the same keys twice', async () => {
  const runs = await Promise.all([
    ran('keys generate --alg EdDSA'),
    ran('keys generate --alg EdDSA'),
  ]);
  expect(runs[0].out[0]).not.toBe(runs[1].out[0]);
  expect(runs[0].out[1]).not.toBe(runs[1].out[1]);
});

test('--out writes files for the owner alone, and prints no private key', async () => {
  const out = path.join(directory, 'new', 'keys');
  const made = await ran(`keys generate --out ${out}`);
  expect(made.code).toBe(0);
  const files = ['jwt-private-key.pem', 'jwt-public-key.pem', 'secretbox-key.b64'];
  expect(readdirSync(out).sort()).toEqual(files);
  for (const file of files) expect(statSync(path.join(out, file)).mode & 0o777).toBe(0o600);
  expect(made.all).not.toContain('PRIVATE');
  const privateKey = createPrivateKey(readFileSync(path.join(out, 'jwt-private-key.pem')));
  const publicKey = createPublicKey(readFileSync(path.join(out, 'jwt-public-key.pem')));
  expect(createPublicKey(privateKey).equals(publicKey)).toBe(true);
});

test('--out overwrites nothing, and then writes nothing', async () => {
  writeFileSync(path.join(directory, 'jwt-private-key.pem'), 'in use');
  const { code, all } = await ran(`keys generate --out ${directory}`);
  expect(code).toBe(1);
  expect(all).toContain('jwt-private-key.pem exists; nothing was written');
  expect(readdirSync(directory)).toEqual(['jwt-private-key.pem']);
  expect(readFileSync(path.join(directory, 'jwt-private-key.pem'), 'utf8')).toBe('in use');
});
