import type { Config } from '#config/config.js';
import { parseRedisAddress } from '#config/redis-address.js';
import { type Finding, fail, ok, reason } from './finding.ts';
import { askRedis, type RedisServer } from './redis-exchange.ts';

const subject = 'redis';

/** Asks the server, or each sentinel or cluster node that the address names. */
export async function checkRedis({
  url,
  connectTimeoutMs,
}: Pick<Config['redis'], 'url' | 'connectTimeoutMs'>): Promise<readonly Finding[]> {
  const address = url === undefined ? undefined : parseRedisAddress(url);
  if (address === undefined) {
    return [ok(subject, 'not configured: nodes hear each other by the log')];
  }
  const { username, password, sentinelPassword, tls } = address;
  const credentials =
    address.kind === 'sentinel'
      ? { ...(sentinelPassword === undefined ? {} : { password: sentinelPassword }) }
      : {
          ...(username === undefined ? {} : { username }),
          ...(password === undefined ? {} : { password }),
        };
  return Promise.all(
    address.nodes.map((node) => checkServer({ ...node, tls, ...credentials }, connectTimeoutMs)),
  );
}

async function checkServer(server: RedisServer, timeoutMs: number): Promise<Finding> {
  const host = `${server.host}:${server.port}`;
  try {
    const [pong, about] = await askRedis(server, timeoutMs, [['PING'], ['INFO', 'server']]);
    if (pong?.ok !== true || pong.text !== 'PONG') return refused(host, pong?.text ?? 'no answer');
    const version = /^(?:redis|valkey)_version:(\S+)/m.exec(about?.text ?? '')?.[1];
    return ok(subject, `${host} answers${version === undefined ? '' : `: version ${version}`}`);
  } catch (error) {
    return fail(subject, `${host}: ${reason(error)}`, 'check REDIS_URL and the way there');
  }
}

function refused(host: string, answer: string): Finding {
  const code = answer.split(' ', 1)[0] ?? '';
  if (code === 'NOAUTH') {
    return fail(subject, `${host} wants a password`, 'set REDIS_PASSWORD');
  }
  if (code === 'WRONGPASS' || code === 'ERR') {
    return fail(subject, `${host} refuses user or password`, 'check REDIS_PASSWORD');
  }
  return fail(subject, `${host} answers ${code}`, 'see the log of Redis');
}
