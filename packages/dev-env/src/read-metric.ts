import { sendHttp } from './http-request.ts';

/** The value of one metric with exactly these labels; 0 where it was never set. */
export async function readMetric(metricsPort: number, name: string, labels = ''): Promise<number> {
  const origin = `http://127.0.0.1:${metricsPort}`;
  const { body } = await sendHttp(origin, { method: 'GET', path: '/metrics' });
  const prefix = `${name}${labels} `;
  const line = String(body)
    .split('\n')
    .find((one) => one.startsWith(prefix));
  return Number(line?.slice(prefix.length) ?? 0);
}
