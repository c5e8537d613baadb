import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, type JWK, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTokenVerifier, type TokenVerifierOptions } from './verify-token.ts';

const userId = randomUUID();
const rsa = (): Pair => generateKeyPairSync('rsa', { modulusLength: 2_048 });
type Pair = ReturnType<typeof generateKeyPairSync>;
const [first, second, stranger] = [rsa(), rsa(), rsa()];

const published = async (pair: Pair, members: JWK): Promise<JWK> => ({
  ...(await exportJWK(pair.publicKey)),
  ...members,
});

function token(pair: Pair, kid?: string, alg = 'RS256'): Promise<string> {
  return new SignJWT({ sub: userId, jti: randomUUID() })
    .setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }) })
    .setExpirationTime('10m')
    .sign(pair.privateKey);
}

let server: Server;
let url: string;
let requests = 0;
let answer: RequestListener;
let clockMs = 0;

const serve = (...keys: unknown[]): void => {
  answer = (_request, response) => response.end(JSON.stringify({ keys }));
};

beforeEach(async () => {
  requests = 0;
  clockMs = Date.now();
  serve();
  server = createServer((request, response) => {
    requests++;
    answer(request, response);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
});

const stop = (): Promise<void> =>
  new Promise((stopped) => {
    server.close(() => stopped());
    server.closeAllConnections();
  });

afterEach(stop);

const verifier = (options: TokenVerifierOptions = {}) =>
  createTokenVerifier({ jwksUrl: url, now: () => clockMs, ...options });

test('a key is found by its name, and read once for many tokens at a time', async () => {
  serve(await published(first, { kid: 'a' }), await published(second, { kid: 'b' }));
  const check = await verifier();
  const tokens = await Promise.all([token(first, 'a'), token(second, 'b'), token(first)]);
  const all = await Promise.all(tokens.map((text) => check.verify(text)));
  expect(all.map((verified) => verified.userId)).toEqual([userId, userId, userId]);
  expect(requests).toBe(1);
});

test('a token is not verified with a key of another name', async () => {
  serve(await published(first, { kid: 'a' }), await published(second, { kid: 'b' }));
  const swapped = (await verifier()).verify(await token(first, 'b'));
  await expect(swapped).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('credentials in the address go into a header', async () => {
  const jwk = await published(first, { kid: 'a' });
  answer = (request, response) => {
    const signedIn = request.headers.authorization === `Basic ${btoa('ana:p@ss')}`;
    response.writeHead(signedIn ? 200 : 401).end(JSON.stringify({ keys: [jwk] }));
  };
  const check = await verifier({ jwksUrl: url.replace('//', '//ana:p%40ss@') });
  expect((await check.verify(await token(first, 'a'))).userId).toBe(userId);
});

describe('rotation', () => {
  test('an unknown name makes the set be read again, once within the cool-down', async () => {
    serve(await published(first, { kid: 'a' }));
    const check = await verifier({ jwksCoolDownMs: 30_000 });
    await check.verify(await token(first, 'a'));
    serve(await published(first, { kid: 'a' }), await published(second, { kid: 'b' }));

    const next = await token(second, 'b');
    await expect(check.verify(next)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(requests).toBe(1);
    clockMs += 30_001;
    expect((await check.verify(next)).userId).toBe(userId);
    expect(requests).toBe(2);

    for (let i = 0; i < 20; i++) {
      const made = check.verify(await token(stranger, `made-up-${i}`));
      await expect(made).rejects.toMatchObject({ code: 'unauthenticated' });
    }
    expect(requests).toBe(2);
  });

  test('keys without names rotate too', async () => {
    serve(await published(first, {}));
    const check = await verifier();
    await check.verify(await token(first));
    serve(await published(second, {}));
    clockMs += 30_001;
    expect((await check.verify(await token(second))).userId).toBe(userId);
    await expect(check.verify(await token(first))).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  test('a remembered token is verified again once its key was taken away', async () => {
    serve(await published(first, { kid: 'a' }));
    const check = await verifier();
    const old = await token(first, 'a');
    await check.verify(old);
    serve(await published(second, { kid: 'b' }));
    clockMs += 30_001;
    await check.verify(await token(second, 'b'));
    await expect(check.verify(old)).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});

describe('keys that are not for us', () => {
  test.each([
    ['for encryption', { use: 'enc' }],
    ['for signing only', { key_ops: ['sign'] }],
    ['for another algorithm', { alg: 'RS512' }],
  ])('%s are passed over', async (_name, members) => {
    serve(await published(first, { kid: 'a', ...members }), await published(second, { kid: 'b' }));
    const check = await verifier();
    await expect(check.verify(await token(first, 'a'))).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    expect((await check.verify(await token(second, 'b'))).userId).toBe(userId);
  });

  test('secrets, private keys, weak keys and rubbish are passed over', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 });
    serve(
      { kty: 'oct', k: 'c2VjcmV0', kid: 'a' },
      { ...(await exportJWK(first.privateKey)), kid: 'a' },
      await published(weak, { kid: 'a' }),
      { kty: 'RSA', n: 'AA', kid: 'a' },
      null,
      'key',
      await published(second, { kid: 'b' }),
    );
    const check = await verifier();
    await expect(check.verify(await token(first, 'a'))).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    expect((await check.verify(await token(second, 'b'))).userId).toBe(userId);
  });
});

describe('a set that cannot be read', () => {
  const hanging: RequestListener = () => {};
  const broken: readonly (readonly [string, RequestListener])[] = [
    ['an error', (_request, response) => response.writeHead(500).end()],
    ['no JSON', (_request, response) => response.end('<html>')],
    ['no list of keys', (_request, response) => response.end('{"keys":{}}')],
    ['too much', (_request, response) => response.end('x'.repeat(300_000))],
    ['a redirect', (_request, response) => response.writeHead(302, { location: '/x' }).end()],
    ['nothing in time', hanging],
  ];

  test.each(broken)('(%s) is unavailable, not the bearer’s fault', async (_name, listener) => {
    answer = listener;
    const check = await verifier({ jwksTimeoutMs: 100 });
    await expect(check.verify(await token(first, 'a'))).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  test('is asked again after a second at the earliest', async () => {
    const text = await token(first, 'a');
    answer = (_request, response) => response.writeHead(503).end();
    const check = await verifier();
    for (let i = 0; i < 5; i++) {
      await expect(check.verify(text)).rejects.toMatchObject({ code: 'unavailable' });
    }
    expect(requests).toBe(1);
    serve(await published(first, { kid: 'a' }));
    clockMs += 1_001;
    expect((await check.verify(text)).userId).toBe(userId);
  });

  test('is believed for an hour from memory while its server is away', async () => {
    serve(await published(first, { kid: 'a' }));
    const check = await verifier();
    await check.verify(await token(first, 'a'));
    const unknown = await token(second, 'b');
    await stop();

    clockMs += 50 * 60_000;
    const later = new SignJWT({ sub: userId }).setProtectedHeader({ alg: 'RS256', kid: 'a' });
    const long = await later.setExpirationTime('1d').sign(first.privateKey);
    expect((await check.verify(long)).userId).toBe(userId);
    await expect(check.verify(unknown)).rejects.toMatchObject({ code: 'unavailable' });

    clockMs += 11 * 60_000;
    await expect(check.verify(long)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
