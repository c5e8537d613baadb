import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import sodium from 'libsodium-wrappers';
import { describe, expect, test } from 'vitest';
import { SealBroken } from './seal-broken.ts';
import { openSecretbox, sealOverheadBytes } from './secretbox.ts';

// The example of NaCl's secretbox documentation.
const golden = {
  key: '1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389',
  nonce: '69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37',
  plain:
    'be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f937763848645e0705',
  box: 'f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5',
};

const secretbox = await openSecretbox();
const key = randomBytes(32);

describe('golden vectors', () => {
  test('the documented box comes out, behind version and nonce', async () => {
    const fixed = await openSecretbox({
      randomFill: (bytes) => bytes.fill(Buffer.from(golden.nonce, 'hex')),
    });
    const sealed = fixed.seal(Buffer.from(golden.key, 'hex'), Buffer.from(golden.plain, 'hex'));
    expect(sealed.toString('hex')).toBe(`01${golden.nonce}${golden.box}`);
  });

  test('the documented box opens', () => {
    const sealed = Buffer.from(`01${golden.nonce}${golden.box}`, 'hex');
    expect(secretbox.open(Buffer.from(golden.key, 'hex'), sealed).toString('hex')).toBe(
      golden.plain,
    );
  });

  test('libsodium’s own functions open what was sealed and the other way round', () => {
    const sealed = secretbox.sealText(key, 'grüße 👋');
    const nonce = sealed.subarray(1, 25);
    expect(sodium.crypto_secretbox_open_easy(sealed.subarray(25), nonce, key, 'text')).toBe(
      'grüße 👋',
    );
    const box = sodium.crypto_secretbox_easy('from there', nonce, key);
    expect(secretbox.openText(key, Buffer.concat([Buffer.of(1), nonce, box]))).toBe('from there');
  });
});

describe('round trip', () => {
  test('any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 2_000 }), (text) => {
        const sealed = secretbox.sealText(key, text);
        expect(sealed.length).toBe(sealOverheadBytes + Buffer.byteLength(text));
        expect(secretbox.openText(key, sealed)).toBe(text);
      }),
    );
  });

  test('texts that outgrow the memory reserved at first, and small ones after them', () => {
    for (const length of [0, 300_000, 3_000_000, 5]) {
      const text = '€'.repeat(length);
      expect(secretbox.openText(key, secretbox.sealText(key, text))).toBe(text);
    }
  });

  test('no nonce repeats over many refills of the pool', () => {
    const nonces = new Set<string>();
    for (let i = 0; i < 5_000; i++) {
      nonces.add(secretbox.sealText(key, 'same').toString('hex', 1, 25));
    }
    expect(nonces.size).toBe(5_000);
  });
});

describe('what must not open', () => {
  const sealed = secretbox.sealText(key, 'the text');

  test('any flipped bit', () => {
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const tampered = Buffer.from(sealed);
      tampered[bit >> 3] = (tampered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => secretbox.openText(key, tampered)).toThrow(SealBroken);
    }
  });

  test('any truncation, and anything appended', () => {
    for (let length = 0; length < sealed.length; length++) {
      expect(() => secretbox.openText(key, sealed.subarray(0, length))).toThrow(SealBroken);
    }
    const longer = Buffer.concat([sealed, Buffer.of(0)]);
    expect(() => secretbox.openText(key, longer)).toThrow(SealBroken);
  });

  test('another key, and a failure leaves the next one unharmed', () => {
    expect(() => secretbox.openText(randomBytes(32), sealed)).toThrow(SealBroken);
    expect(secretbox.openText(key, sealed)).toBe('the text');
  });

  test('the error holds neither key nor text', () => {
    const opened = (): string => secretbox.openText(randomBytes(32), sealed);
    expect(opened).toThrow(/^sealed bytes do not open with this key$/);
  });

  test('a key of another length is a mistake of the caller', () => {
    expect(() => secretbox.sealText(randomBytes(31), 'x')).toThrow(RangeError);
    expect(() => secretbox.openText(randomBytes(33), sealed)).toThrow(RangeError);
  });
});
