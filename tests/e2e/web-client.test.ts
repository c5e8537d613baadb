import { type HttpAnswer, type NovaEnv, sendHttp, sendRaw, startNova, until } from '@nova/dev-env';
import { afterAll, beforeAll, expect, test } from 'vitest';

let env: NovaEnv;
const get = (path: string, headers: Record<string, string> = {}): Promise<HttpAnswer> =>
  sendHttp(env.origin, { method: 'GET', path, headers });

beforeAll(async () => {
  env = await startNova({ config: { WEB_CLIENT: 'on' } });
});
afterAll(() => env[Symbol.asyncDispose]());

const page = (): Promise<HttpAnswer> =>
  until('the page', async () => {
    const answer = await get('/');
    return answer.status === 200 ? answer : undefined;
  });

const assetOf = (html: unknown, ending: string): string =>
  new RegExp(`"(/assets/[^"]+\\.${ending})"`).exec(String(html))?.[1] ?? '';

test('the page may run its own scripts and nothing else, and is asked for each time', async () => {
  const { headers } = await page();
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-cache');
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});

test('without development tokens, people sign in with theirs', async () => {
  expect((await page()).body).toContain('<meta name="nova-sign-in" content="token">');
  expect(await sendHttp(env.origin, { method: 'POST', path: '/dev/token' })).toMatchObject({
    status: 404,
  });
});

test('assets are kept for ever, and a browser that has one is not sent it again', async () => {
  const address = assetOf((await page()).body, 'js');
  const { headers } = await get(address);
  expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  const tag = headers.get('etag') ?? '';
  for (const condition of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
    expect((await get(address, { 'If-None-Match': condition })).status).toBe(304);
  }
  expect((await get(address, { 'If-None-Match': '"other"' })).status).toBe(200);
  const style = await get(assetOf((await page()).body, 'css'));
  expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8');
});

test('texts travel compressed to those who can read it', async () => {
  const address = assetOf((await page()).body, 'js');
  const ask = (encoding: string) =>
    sendRaw(
      env.node.port,
      `GET ${address} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: ${encoding}\r\nConnection: close\r\n\r\n`,
    );
  expect(await ask('identity')).not.toMatch(/content-encoding/i);
  expect(await ask('br, gzip')).toMatch(/content-encoding: gzip/i);
});

test.each([
  '/assets/../index.html',
  '/assets/..%2f..%2fpackage.json',
  '/assets/%2e%2e/%2e%2e/package.json',
  '/assets/....//package.json',
  '/assets/..\\..\\package.json',
  '/assets/%00',
  '/assets/',
  '/assets',
  '/index.html',
  '/package.json',
  '/.env',
  '//etc/passwd',
  '/assets/__proto__',
])('%s leads nowhere', async (path) => {
  const answer = await sendRaw(
    env.node.port,
    `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 (400|404) /);
  expect(answer).toContain('application/problem+json');
});

test('a node serves no page unless it is told to', async () => {
  await using plain = await startNova();
  expect(await sendHttp(plain.origin, { method: 'GET', path: '/' })).toMatchObject({
    status: 404,
    body: { code: 'notFound' },
  });
});
