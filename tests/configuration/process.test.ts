import { createPublicKey } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeys, sendHttp, startNova } from '@nova/dev-env';
import { expect, test } from 'vitest';

test('LOG_LEVEL: less severe lines are not written', async () => {
  const levels = async (level: string) => {
    await using nova = await startNova({ config: { LOG_LEVEL: level } });
    await nova.user('ana').socket();
    return nova.log.map(({ level: of }) => of);
  };
  expect(await levels('debug')).toContain('debug');
  expect(await levels('warn')).toEqual([]);
});

test('HOST: both ports listen there and nowhere else', async () => {
  await using nova = await startNova({ config: { HOST: '127.0.0.2' } });
  for (const port of [nova.node.port, nova.node.metricsPort]) {
    const ask = (host: string) =>
      sendHttp(`http://${host}:${port}`, { method: 'GET', path: '/health' }).then(
        () => true,
        () => false,
      );
    expect([await ask('127.0.0.2'), await ask('127.0.0.1')]).toEqual([true, false]);
  }
});

test('NOVA_DATA_DIR holds the embedded database', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'nova-data-'));
  try {
    const embedded = { DATABASE_URL: '', NOVA_DATA_DIR: directory, JWT_PUBLIC_KEY_PEM: '' };
    await using nova = await startNova({ config: embedded });
    expect((await nova.health()).status).toBe(200);
    expect(existsSync(join(directory, 'postgres/cluster'))).toBe(true);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test('TRUSTED_PROXIES: whose word on the address of a client counts', async () => {
  const sockets = async (trusted: string) => {
    await using nova = await startNova({
      config: { TRUSTED_PROXIES: trusted, SOCKETS_PER_ADDRESS: '1' },
    });
    const open = (address: string) =>
      nova
        .user('ana')
        .open({ headers: { 'X-Forwarded-For': address } })
        .ready.then(
          () => 'open',
          () => 'refused',
        );
    return [await open('203.0.113.1'), await open('203.0.113.2')];
  };
  expect(await sockets('loopback')).toEqual(['open', 'open']);
  expect(await sockets('')).toEqual(['open', 'refused']);
});

test('JWT_ISSUER and JWT_AUDIENCE: tokens of others are refused', async () => {
  const config = { JWT_ISSUER: 'https://id.acme.org', JWT_AUDIENCE: 'nova' };
  await using nova = await startNova({ config });
  const status = async (claims: Record<string, string>) =>
    (await nova.user('ana', { claims }).http('conversation.list')).status;
  expect(await status({ iss: 'https://id.acme.org', aud: 'nova' })).toBe(200);
  expect(await status({ iss: 'https://else.org', aud: 'nova' })).toBe(401);
  expect(await status({ iss: 'https://id.acme.org', aud: 'other' })).toBe(401);
});

test('JWKS_URL: keys are read from there', async () => {
  const keys = openKeys();
  const jwk = createPublicKey(keys.publicKeyPem).export({ format: 'jwk' });
  const body = JSON.stringify({ keys: [{ ...jwk, kid: 'one', alg: 'EdDSA', use: 'sig' }] });
  await using issuer = await listenAs((_request, response) => response.end(body));
  await using nova = await startNova({
    keys,
    config: { JWT_PUBLIC_KEY_PEM: '', JWKS_URL: `${issuer.origin}/keys` },
  });
  const ana = nova.user('ana', { header: { kid: 'one' } });
  expect((await ana.http('conversation.list')).status).toBe(200);
});

test('OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_TRACES_SAMPLER_ARG: what is traced and where to', async () => {
  const exported = async (share: string): Promise<number> => {
    let requests = 0;
    await using collector = await listenAs((request, response) => {
      if (request.url?.endsWith('/v1/traces')) requests += 1;
      response.end('{}');
    });
    await using nova = await startNova({
      config: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin, OTEL_TRACES_SAMPLER_ARG: share },
    });
    const [ana, bob] = [nova.user('ana'), nova.user('bob')];
    const { id } = await ana.direct(bob);
    await ana.say(id, 'traced');
    // What is buffered is sent before the node is gone.
    await nova.close();
    return requests;
  };
  expect(await exported('1')).toBeGreaterThan(0);
  expect(await exported('0')).toBe(0);
});

interface Listening extends AsyncDisposable {
  readonly origin: string;
}

async function listenAs(answer: Parameters<typeof createServer>[1]): Promise<Listening> {
  const server: Server = createServer({}, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
