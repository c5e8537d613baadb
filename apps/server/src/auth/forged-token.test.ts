import { createHmac, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { exportJWK } from 'jose';
import { describe, expect, test } from 'vitest';
import {
  claims,
  pairs,
  pem,
  publicKeysPem,
  rawToken,
  refusal,
  stranger,
  token,
  verifier,
} from './testing/tokens.ts';

describe('forgery', () => {
  test.each(['RS256', 'ES256', 'EdDSA'] as const)('by a stranger’s %s key', async (alg) => {
    const forged = await token(claims, { alg }, stranger);
    expect(await refusal(forged)).toBe("the token's signature is of no known key");
  });

  test.each(['none', 'None', 'NONE', ''])('without signature (alg %j)', async (alg) => {
    const [header, payload] = rawToken({ alg }, claims).split('.');
    expect(await refusal(`${header}.${payload}.`)).toBe("the token's algorithm is not allowed");
  });

  test('with the public key as the secret of an HMAC', async () => {
    for (const alg of ['HS256', 'HS384', 'HS512']) {
      const [header, payload] = rawToken({ alg }, claims).split('.');
      for (const secret of [publicKeysPem, pem(pairs.RS256), pem(pairs.RS256).trim()]) {
        const mac = createHmac(`sha${alg.slice(2)}`, secret).update(`${header}.${payload}`);
        const forged = `${header}.${payload}.${mac.digest('base64url')}`;
        expect(await refusal(forged)).toBe("the token's algorithm is not allowed");
      }
    }
  });

  test.each(['RS384', 'RS512', 'PS256', 'ES384', 'Ed448', 'A128KW'])(
    'with the algorithm %s, which no key is for',
    async (alg) => {
      expect(await refusal(rawToken({ alg }, claims))).toBe("the token's algorithm is not allowed");
    },
  );

  test('with the algorithm of another key’s type', async () => {
    const onlyRsa = { publicKeysPem: pem(pairs.RS256) };
    expect(await refusal(await token(claims, { alg: 'ES256' }), onlyRsa)).toContain('no known key');
    const swapped = rawToken({ alg: 'EdDSA' }, claims, pairs.RS256);
    expect(await refusal(swapped)).toContain('no known key');
  });

  test('with an algorithm that is configured away', async () => {
    const options = { publicKeysPem: pem(pairs.RS256), algorithms: ['RS256'] as const };
    expect(await refusal(await token(claims, { alg: 'EdDSA' }), options)).toBe(
      "the token's algorithm is not allowed",
    );
  });

  test('with a key of its own in the header', async () => {
    const jwk = await exportJWK(stranger.RS256.publicKey);
    const headers = { jwk, jku: 'https://evil.test/k', x5u: 'https://evil.test/c', x5c: ['MIIB'] };
    for (const [member, value] of Object.entries(headers)) {
      const forged = rawToken({ alg: 'RS256', [member]: value }, claims, stranger.RS256);
      expect(await refusal(forged)).toBe(
        `the token's header holds ${member}, which is not accepted`,
      );
    }
  });

  test('with extensions that would change how it is read', async () => {
    for (const header of [{ crit: ['exp'] }, { crit: [] }, { b64: false }, { zip: 'DEF' }]) {
      const text = rawToken({ alg: 'RS256', ...header }, claims);
      expect(await refusal(text)).toContain('which is not accepted');
    }
  });

  test('with a token made for another purpose', async () => {
    for (const typ of ['dpop+jwt', 'logout+jwt', 7]) {
      expect(await refusal(rawToken({ alg: 'RS256', typ }, claims))).toContain('typ');
    }
  });

  test('with the parts of two good tokens put together', async () => {
    const mine = (await token()).split('.');
    const other = (await token({ ...claims, sub: randomUUID() })).split('.');
    const mixed = `${mine[0]}.${other[1]}.${mine[2]}`;
    expect(await refusal(mixed)).toBe("the token's signature is of no known key");
  });

  test('an algorithm that is an inherited name', async () => {
    for (const alg of ['toString', '__proto__', 'constructor']) {
      expect(await refusal(rawToken({ alg }, claims))).toBe("the token's algorithm is not allowed");
    }
  });
});

describe('garbage', () => {
  test('of any kind is refused as unauthenticated', async () => {
    const check = await verifier();
    const good = await token();
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string().map((s) => `${s}.${s}.${s}`),
      fc.json().map((json) => `${Buffer.from(json).toString('base64url')}.e30.AAAA`),
      fc.nat(good.length - 1).map((length) => good.slice(0, length)),
      fc
        .tuple(fc.nat(good.length - 2), fc.constantFrom('A', 'z', '.', '_', '=', ' ', '\u0000'))
        .filter(([at, letter]) => good[at] !== letter)
        .map(([at, letter]) => good.slice(0, at) + letter + good.slice(at + 1)),
    );
    await fc.assert(
      fc.asyncProperty(text, async (candidate) => {
        await expect(check.verify(candidate)).rejects.toMatchObject({ code: 'unauthenticated' });
      }),
      { numRuns: 400 },
    );
  });

  test('of any size is refused before it is looked at', async () => {
    expect(await refusal('a'.repeat(8_193))).toContain('longer than 8192');
    expect(await refusal(await token({ ...claims, pad: 'x'.repeat(10_000) }))).toContain('longer');
  });

  test('encrypted tokens are not signed ones', async () => {
    expect(await refusal('a.b.c.d.e')).toBe('the token is not a signed JWT');
  });
});
