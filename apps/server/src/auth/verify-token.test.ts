import { describe, expect, test } from 'vitest';
import {
  claims,
  nowMs,
  nowSeconds,
  rawToken,
  refusal,
  token,
  userId,
  verifier,
} from './testing/tokens.ts';
import { createTokenVerifier } from './verify-token.ts';

describe('a good token', () => {
  test.each(['RS256', 'ES256', 'EdDSA'] as const)('signed with %s is accepted', async (alg) => {
    const payload = { ...claims, iat: nowSeconds, jti: 'one', name: ' Ana ' };
    expect(await (await verifier()).verify(await token(payload, { alg }))).toEqual({
      userId,
      name: 'Ana',
      expiresAtMs: nowMs + 600_000,
      issuedAtMs: nowMs,
      tokenId: 'one',
    });
  });

  test('has the user id in lower case, whatever its sub', async () => {
    const loud = await token({ ...claims, sub: userId.toUpperCase() });
    expect((await (await verifier()).verify(loud)).userId).toBe(userId);
  });

  test('may name a key we know by no name', async () => {
    const named = await token(claims, { kid: 'key-2026', typ: 'at+jwt' });
    expect((await (await verifier()).verify(named)).userId).toBe(userId);
  });

  test('shows no name that is not a text, and cuts a long or dirty one', async () => {
    const check = await verifier();
    const nameOf = async (name: unknown) =>
      (await check.verify(await token({ ...claims, name }))).name;
    expect(await nameOf(42)).toBeUndefined();
    expect(await nameOf(' \u0000\n ')).toBeUndefined();
    expect(await nameOf('a\u0000b')).toBe('ab');
    expect(await nameOf('👋'.repeat(100))).toBe('👋'.repeat(64));
  });

  test('that lasts nearly for ever expires at a time that can be written', async () => {
    const { expiresAtMs } = await (await verifier()).verify(await token({ ...claims, exp: 1e15 }));
    expect(new Date(expiresAtMs).toISOString()).toBe('9999-12-31T23:59:59.000Z');
  });
});

describe('time', () => {
  const expiring = (seconds: number) => token({ ...claims, exp: nowSeconds + seconds });

  test('an expired token is refused, at the edge of the tolerance too', async () => {
    expect(await refusal(await expiring(-60))).toBe('the token expired');
    expect(await refusal(await expiring(-5))).toBe('the token expired');
    expect((await (await verifier()).verify(await expiring(-4))).userId).toBe(userId);
    expect(await refusal(await expiring(0), { clockToleranceSeconds: 0 })).toBe(
      'the token expired',
    );
    const strict = await verifier({ clockToleranceSeconds: 0 });
    expect((await strict.verify(await expiring(1))).userId).toBe(userId);
  });

  test('a token of the future is refused, but for the tolerance', async () => {
    const starting = (seconds: number) => token({ ...claims, nbf: nowSeconds + seconds });
    expect(await refusal(await starting(6))).toBe('the token is not valid yet');
    expect((await (await verifier()).verify(await starting(5))).userId).toBe(userId);
  });

  test('a remembered token is refused once it expired', async () => {
    let clockMs = nowMs;
    const check = await verifier({ now: () => clockMs, clockToleranceSeconds: 0 });
    const text = await token();
    await check.verify(text);
    clockMs += 599_999;
    expect((await check.verify(text)).userId).toBe(userId);
    clockMs += 1;
    await expect(check.verify(text)).rejects.toThrow('the token expired');
  });

  test.each([
    ['exp', { sub: userId }, 'the token has no exp'],
    ['text as exp', { ...claims, exp: '2030' }, "the token's exp is malformed"],
    ['null as exp', { ...claims, exp: null }, "the token's exp is malformed"],
    ['text as nbf', { ...claims, nbf: 'soon' }, "the token's nbf is malformed"],
  ])('%s', async (_name, payload, words) => {
    expect(await refusal(rawToken({ alg: 'RS256' }, payload))).toBe(words);
  });
});

describe('claims', () => {
  test.each([
    ['a name', 'ana'],
    ['a number', 7],
    ['a short UUID', userId.slice(1)],
    ['a UUID and more', `${userId}0`],
    ['a list', [userId]],
    ['SQL', "'; drop table users; --"],
  ])('sub that is %s is refused', async (_name, sub) => {
    expect(await refusal(rawToken({ alg: 'RS256' }, { ...claims, sub }))).toBe(
      "the token's sub is not a UUID",
    );
  });

  test('missing sub is refused', async () => {
    expect(await refusal(await token({ exp: claims.exp }))).toBe('the token has no sub');
  });

  test('issuer and audience are checked when they are configured', async () => {
    const configured = { issuer: 'https://id.nova.test', audience: 'messaging' };
    const good = { ...claims, iss: 'https://id.nova.test', aud: ['other', 'messaging'] };
    expect((await (await verifier(configured)).verify(await token(good))).userId).toBe(userId);
    const wrong = [
      [{ ...good, iss: 'https://evil.test' }, "the token's issuer is not accepted"],
      [{ ...good, aud: 'other' }, 'the token is meant for another audience'],
      [{ ...good, iss: undefined }, 'the token has no iss'],
      [{ ...good, aud: undefined }, 'the token has no aud'],
    ] as const;
    for (const [payload, words] of wrong) {
      expect(await refusal(await token(payload), configured)).toBe(words);
    }
  });
});

describe('memory of verified tokens', () => {
  test('answers a token again with the same claims, and never one that merely resembles it', async () => {
    const check = await verifier();
    const text = await token();
    expect(await check.verify(text)).toBe(await check.verify(text));
    const last = text.at(-2) === 'A' ? 'B' : 'A';
    const similar = text.slice(0, -2) + last + text.slice(-1);
    await expect(check.verify(similar)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  test('lasts as long as the token where the keys are configured', async () => {
    let clockMs = nowMs;
    const check = await verifier({ now: () => clockMs });
    const text = await token({ ...claims, exp: nowSeconds + 86_400 });
    const first = await check.verify(text);
    clockMs += 86_000_000;
    expect(await check.verify(text)).toBe(first);
    clockMs += 1_000_000;
    await expect(check.verify(text)).rejects.toMatchObject({ message: 'the token expired' });
  });

  test('is bounded', async () => {
    const check = await verifier({ cacheSize: 2 });
    const [a, b, c] = [
      await token(),
      await token({ ...claims, jti: 'b' }),
      await token({ ...claims, jti: 'c' }),
    ];
    const first = await check.verify(a);
    await check.verify(b);
    await check.verify(c);
    expect(await check.verify(a)).not.toBe(first);
    expect(await check.verify(a)).toEqual(first);
  });
});

test('nothing to verify with is a mistake of the configuration', async () => {
  await expect(createTokenVerifier({})).rejects.toThrow('set JWT_PUBLIC_KEY_PEM or JWKS_URL');
});
