import { randomUUID } from 'node:crypto';
import { type NovaEnv, sendHttp, sendRaw, startNova, type TestUser } from '@nova/dev-env';
import { afterAll, beforeAll, expect, test } from 'vitest';

let env: NovaEnv;
let ana: TestUser;
let bob: TestUser;
let conversationId: string;
const json = { 'Content-Type': 'application/json' };

beforeAll(async () => {
  env = await startNova({ config: { WS_MAX_FRAME_SIZE: '65536' } });
  [ana, bob] = [env.user('ana'), env.user('bob')];
  ({ id: conversationId } = await ana.direct(bob));
});
afterAll(async () => {
  expect((await env.health()).body.status).toBe('ok');
  await ana.say(conversationId, 'still here');
  await env[Symbol.asyncDispose]();
});

const post = (body: string, headers: Record<string, string> = json) =>
  ana.fetch({ method: 'POST', path: '/api/v1/conversations', headers, body });

test('bodies that are no JSON object are refused by name', async () => {
  for (const body of ['not json', '[]', '"text"', '5', '{"kind":"group",}', '{}{}']) {
    const answer = await post(body);
    expect([body, answer.status, answer.body.code]).toEqual([body, 400, 'invalidRequest']);
    expect(answer.body.detail).toMatch(/body/);
    expect(answer.body.details?.[0]?.field).toBe('body');
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  }
  for (const body of ['', 'null']) {
    expect((await post(body)).body.details.map(({ field }: { field: string }) => field)).toEqual(
      expect.arrayContaining(['kind', 'memberIds']),
    );
  }
});

test('other content types are refused', async () => {
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'x',
  ]) {
    const answer = await post('kind=group', { 'Content-Type': type });
    expect([type, answer.status, answer.body.code]).toEqual([type, 415, 'unsupportedMedia']);
  }
  const charset = await post('{"kind":"group","memberIds":[]}', {
    'Content-Type': 'application/json; charset=utf-8',
  });
  expect(charset.status).toBe(201);
});

test('a body over the limit is refused, announced or in pieces', async () => {
  const answer = await post(
    JSON.stringify({ kind: 'group', memberIds: [], title: 'x'.repeat(70_000) }),
  );
  expect(answer).toMatchObject({ status: 413, body: { code: 'payloadTooLarge' } });
  const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`;
  const answered = await sendRaw(
    env.node.port,
    `POST /api/v1/conversations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ana.token}\r\n` +
      `Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunk.repeat(3)}0\r\n\r\n`,
  );
  expect(answered).toMatch(/^HTTP\/1\.1 413/);
});

test('deep nesting and pollution over HTTP', async () => {
  const depth = 15_000;
  for (const leaf of ['1', '"\\u0041"']) {
    const deep = await post(`{"deep":${'['.repeat(depth)}${leaf}${']'.repeat(depth)}}`);
    expect(deep).toMatchObject({ status: 400, body: { code: 'invalidRequest' } });
  }
  const polluted = await post('{"kind":"group","memberIds":[],"__proto__":{"admin":true}}');
  expect(polluted).toMatchObject({ status: 400, body: { details: [{ field: '__proto__' }] } });
  const built = await post('{"kind":"group","memberIds":[],"constructor":{"prototype":{}}}');
  expect(built).toMatchObject({ status: 400, body: { details: [{ field: 'constructor' }] } });
  const query = await ana.fetch({ method: 'GET', path: '/api/v1/conversations?__proto__=1' });
  expect(query.status).toBe(400);
  expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
});

test('query values are held against the contract', async () => {
  for (const [query, field] of [
    ['limit=0', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1e3', 'limit'],
    ['limit=99999999999999999999', 'limit'],
    ['limit=5&limit=6', 'limit'],
    ['limit[]=5', 'limit[]'],
    ['after=', 'after'],
    ['after=garbage', 'after'],
    [`after=${'a'.repeat(500)}`, 'after'],
    ['nope=1', 'nope'],
  ] as const) {
    const answer = await ana.fetch({ method: 'GET', path: `/api/v1/conversations?${query}` });
    expect([query, answer.status, answer.body.details?.[0]?.field]).toEqual([query, 400, field]);
  }
  const both = await ana.fetch({
    method: 'GET',
    path: `/api/v1/conversations/${conversationId}/messages?before=5&after=1`,
  });
  expect(both.status).toBe(400);
});

test('paths lead nowhere but where the contract says', async () => {
  for (const path of [
    '/api/v1/../../etc/passwd',
    '/api/v1/conversations/..%2f..%2fetc%2fpasswd',
    '/..%5c..%5cwindows',
    '/api/v1/conversations/%00',
    '/api/v1/conversations/%ff',
    '/api/v1/conversations/%',
    `/api/v1/conversations/${'a'.repeat(5_000)}`,
    `/api/v1/conversations/${conversationId}/messages/x'%20or%201=1`,
    '/.env',
    '/api/v2/conversations',
  ]) {
    const answer = await ana.fetch({ method: 'GET', path });
    expect([path, [400, 404, 414].includes(answer.status)]).toEqual([path, true]);
    expect(['invalidRequest', 'notFound']).toContain(answer.body.code);
    // As it stands, without what a well-behaved client makes of it.
    const literal = await sendRaw(
      env.node.port,
      `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ana.token}\r\nConnection: close\r\n\r\n`,
    );
    expect([path, literal]).toEqual([path, expect.stringMatching(/^HTTP\/1\.1 (?:400|404|414)/)]);
  }
  const emoji = await ana.say(conversationId, 'react to this');
  const nul = await ana.http('message.react', { conversationId, messageId: emoji.id, emoji: '\0' });
  expect(nul).toMatchObject({ status: 400, body: { details: [{ field: 'emoji' }] } });
  expect(
    (await ana.fetch({ method: 'PUT', path: '/api/v1/conversations', headers: json })).status,
  ).toBe(404);
});

test('what a client sends never becomes a header of an answer', async () => {
  const answered = await sendRaw(
    env.node.port,
    `GET /api/v1/conversations/x%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\nHost: x\r\n` +
      `Authorization: Bearer ${ana.token}\r\nOrigin: https://x%0d%0aX-Evil: 1\r\nConnection: close\r\n\r\n`,
  );
  const [head = ''] = answered.split('\r\n\r\n');
  expect(head.toLowerCase()).not.toMatch(/\r\nset-cookie|\r\nx-evil/);
  const smuggled = await sendRaw(
    env.node.port,
    'POST /api/v1/conversations HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n' +
      'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n',
  );
  expect(smuggled).toMatch(/^HTTP\/1\.1 400/);
  expect(smuggled).not.toContain('"status":"ok"');
  const huge = await sendRaw(
    env.node.port,
    `GET /health HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
  );
  expect(huge).toMatch(/^HTTP\/1\.1 431/);
});

test('an idempotency key answers once; used for something else it is a conflict', async () => {
  const key = { 'Idempotency-Key': randomUUID() };
  const input = { kind: 'group', memberIds: [bob.userId], title: 'once' };
  const [first, second] = [
    await ana.http('conversation.create', input, key),
    await ana.http('conversation.create', input, key),
  ];
  expect(first.status).toBe(201);
  expect(second.body.id).toBe(first.body.id);
  const other = await ana.http('conversation.create', { ...input, title: 'twice' }, key);
  expect(other).toMatchObject({ status: 409, body: { code: 'idConflict' } });
  const elsewhere = await ana.http(
    'conversation.update',
    { conversationId: first.body.id, title: 'x' },
    key,
  );
  expect(elsewhere.status).toBe(409);
  // Another user's key of the same letters is another key.
  const bobs = await bob.http('conversation.create', { ...input, memberIds: [ana.userId] }, key);
  expect(bobs.status).toBe(201);
  expect(bobs.body.id).not.toBe(first.body.id);
  const long = await ana.http('conversation.create', input, { 'Idempotency-Key': 'k'.repeat(129) });
  expect(long).toMatchObject({ status: 400, body: { details: [{ field: 'idempotencyKey' }] } });
  const parallel = { 'Idempotency-Key': randomUUID() };
  const made = await Promise.all(
    [1, 2, 3, 4, 5].map(() => ana.http('conversation.create', input, parallel)),
  );
  expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
});

test('limits answer with the time to wait', async () => {
  await using tight = await startNova({
    config: { RATE_LIMIT_REQUESTS_BURST: '3', RATE_LIMIT_REQUESTS_PER_SECOND: '1' },
  });
  const carl = tight.user('carl');
  const answers = await Promise.all([1, 2, 3, 4, 5].map(() => carl.http('conversation.list')));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  for (const { body, headers } of refused) {
    expect(body).toMatchObject({ code: 'rateLimited', status: 429 });
    expect(body.retryAfterMs).toBeGreaterThan(0);
    expect(body.retryAfterMs).toBeLessThanOrEqual(3_000);
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  }
  // One user's haste is not another's.
  expect((await tight.user('dora').http('conversation.list')).status).toBe(200);
});

test('the development door does not exist where a database is configured', async () => {
  const answer = await sendHttp(env.origin, {
    method: 'POST',
    path: '/dev/token',
    headers: json,
    body: '{"name":"ana"}',
  });
  expect(answer.status).toBe(404);
});
