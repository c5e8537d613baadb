import type { Config } from '#config/config.js';
import { type Finding, fail, ok, reason } from './finding.ts';
import { askRedis } from './redis-exchange.ts';

const subject = 'redis';

export async function checkRedis({
  url,
  connectTimeoutMs,
}: Pick<Config['redis'], 'url' | 'connectTimeoutMs'>): Promise<readonly Finding[]> {
  if (url === undefined) return [ok(subject, 'not configured: nodes hear each other by the log')];
  const { host } = new URL(url);
  try {
    const [pong, server] = await askRedis(url, connectTimeoutMs, [['PING'], ['INFO', 'server']]);
    if (pong?.ok !== true || pong.text !== 'PONG') {
      return [refused(host, pong?.text ?? 'no answer')];
    }
    const version = /^(?:redis|valkey)_version:(\S+)/m.exec(server?.text ?? '')?.[1];
    return [ok(subject, `${host} answers${version === undefined ? '' : `: version ${version}`}`)];
  } catch (error) {
    return [fail(subject, `${host}: ${reason(error)}`, 'check REDIS_URL and the way there')];
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
