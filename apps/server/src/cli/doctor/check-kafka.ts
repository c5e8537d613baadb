import net from 'node:net';
import { type Finding, fail, ok, reason, warn } from './finding.ts';

const subject = 'kafka';
const timeoutMs = 5_000;

export async function checkKafka(brokers: readonly string[]): Promise<readonly Finding[]> {
  if (brokers.length === 0) return [ok(subject, 'not configured: nothing is relayed')];
  const outcomes = await Promise.all(
    brokers.map(async (broker) => ({ broker, problem: await problemOf(broker) })),
  );
  const away = outcomes.filter(({ problem }) => problem !== undefined);
  if (away.length === 0) return [ok(subject, `${brokers.length} broker(s) accept connections`)];
  const text = away.map(({ broker, problem }) => `${broker}: ${problem}`).join('; ');
  // One broker is enough to learn of the others.
  const finding = away.length === brokers.length ? fail : warn;
  return [finding(subject, text, 'check KAFKA_BROKERS and the way there')];
}

/** Undefined when the broker accepts a connection. */
async function problemOf(broker: string): Promise<string | undefined> {
  const [, host = '', port] = /^\[?(.+?)\]?:(\d+)$/.exec(broker) ?? [];
  const socket = net.connect({ host, port: Number(port) });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.setTimeout(timeoutMs, () => reject(new Error(`no answer in ${timeoutMs} ms`)));
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return undefined;
  } catch (error) {
    return reason(error);
  } finally {
    socket.destroy();
  }
}
