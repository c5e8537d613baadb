import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { algorithms } from './key-algorithm.ts';
import { readPemKeys } from './pem-keys.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const spki = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const ed25519 = generateKeyPairSync('ed25519');

// Self-signed, P-256.
const certificate = `-----BEGIN CERTIFICATE-----
MIIBiTCCAS+gAwIBAgIUfEPy39Ehw3uIkQkVPmScwaPwzTgwCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOaXNzdWVyLmV4YW1wbGUwIBcNMjYxMTIzMTExOTU1WhgPMjEy
NjEwMzAxMTE5NTVaMBkxFzAVBgNVBAMMDmlzc3Vlci5leGFtcGxlMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEC4WaSippJzI60BJQd8nyGoVV6KL/G4Zrrj7K7dOG
7CfnQOHBtjBLB3L+twfAF8Mw2q4hltqRaFXPpYGyaAyvJ6NTMFEwHQYDVR0OBBYE
FDQsisddSVHVD/oiE4kABnGa8undMB8GA1UdIwQYMBaAFDQsisddSVHVD/oiE4kA
BnGa8undMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAOyY/12F
jPmW/LVJmFxtb2CzI+1oEmuBViSZhfEEY1mwAiBfVOG04oKo8N9XDK4rQCicnwAu
R9qrHfu0H0iEMZSBBA==
-----END CERTIFICATE-----`;

test('SPKI, PKCS#1 and certificates are read, several of them in one text', () => {
  const pkcs1 = rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const edPem = ed25519.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const text = `first key\n${spki}\n\nthen\r\n${pkcs1}${edPem}${certificate}`;
  const found = readPemKeys(text, algorithms);
  expect(found.map((key) => key.algorithm)).toEqual(['RS256', 'RS256', 'EdDSA', 'ES256']);
  expect(found[0]?.key.equals(found[1]?.key ?? ed25519.publicKey)).toBe(true);
});

test.each([
  ['no block', 'hello', 'holds no PEM block'],
  [
    'a private key',
    ed25519.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    'block 1 (PRIVATE KEY): is not a public key',
  ],
  [
    'a broken block',
    `${spki}\n-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----`,
    'block 2 (PUBLIC KEY): cannot be read',
  ],
  [
    'a short RSA key',
    generateKeyPairSync('rsa', { modulusLength: 1_024 })
      .publicKey.export({ type: 'spki', format: 'pem' })
      .toString(),
    'has 1024 bits',
  ],
  [
    'another curve',
    generateKeyPairSync('ec', { namedCurve: 'secp384r1' })
      .publicKey.export({ type: 'spki', format: 'pem' })
      .toString(),
    'only P-256 is accepted',
  ],
  [
    'another type',
    generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    'is of type x25519',
  ],
  ['too many keys', spki.repeat(9), 'over 8 keys'],
])('%s is refused in words that quote nothing', (_name, text, words) => {
  expect(() => readPemKeys(text, algorithms)).toThrow(words);
  expect(() => readPemKeys(text, algorithms)).toThrow(/^.{1,140}$/);
});

test('a key for an algorithm that is configured away is refused', () => {
  expect(() => readPemKeys(spki, ['EdDSA'])).toThrow('is for RS256, which is not accepted');
});
