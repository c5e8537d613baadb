import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readMasterKeys } from './master-keys.ts';
import { SealBroken } from './seal-broken.ts';
import { openValue, sealValue } from './seal-value.ts';

const first = randomBytes(32).toString('base64');
const second = randomBytes(32).toString('base64');
const keys = await readMasterKeys({ currentB64: first, previousB64: [] });

test('any JSON value comes back', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const asJson = JSON.parse(JSON.stringify(value));
      expect(openValue(keys, 'reply', sealValue(keys, 'reply', value))).toEqual(asJson);
    }),
  );
});

test('a value opens only in the context it was sealed for', () => {
  const sealed = sealValue(keys, 'reply:ana:1', { text: 'secret' });
  expect(() => openValue(keys, 'reply:bob:1', sealed)).toThrow(SealBroken);
});

test('after a rotation old values open while the previous key is configured', async () => {
  const sealed = sealValue(keys, 'reply', { text: 'old' });
  const rotated = await readMasterKeys({ currentB64: second, previousB64: [first] });
  expect(openValue(rotated, 'reply', sealed)).toEqual({ text: 'old' });
  const forgot = await readMasterKeys({ currentB64: second, previousB64: [] });
  expect(() => openValue(forgot, 'reply', sealed)).toThrow(
    `master key ${keys.currentId} is not configured`,
  );
});

test('damaged values are refused, whatever the damage', () => {
  const sealed = sealValue(keys, 'reply', { text: 'x' });
  for (let at = 0; at < sealed.length; at++) {
    const tampered = Buffer.from(sealed);
    tampered[at] = (tampered[at] ?? 0) ^ 1;
    expect(() => openValue(keys, 'reply', tampered)).toThrow(SealBroken);
    expect(() => openValue(keys, 'reply', sealed.subarray(0, at))).toThrow(SealBroken);
  }
});

test('what JSON cannot carry is a mistake of the caller', () => {
  expect(() => sealValue(keys, 'reply', undefined)).toThrow(TypeError);
});
