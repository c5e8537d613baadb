import { expect, test } from 'vitest';
import { createLogger, type LoggerOptions } from './logger.ts';
import { rateLimitedWarn } from './rate-limited-warn.ts';
import { readableLine } from './readable-lines.ts';

function captured(options: Omit<Partial<LoggerOptions>, 'destination'> = {}) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ level: 'info', ...options, destination });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
}

test('a line is one JSON object with its level as a word and an ISO time', () => {
  const { logger, last } = captured();
  logger.child({ nodeId: 'n1' }).info({ port: 3000 }, 'listening');
  expect(last()).toMatchObject({ level: 'info', nodeId: 'n1', port: 3000, msg: 'listening' });
  expect(new Date(String(last().time)).toISOString()).toBe(last().time);
});

test('levels below the configured one are not written', () => {
  const { logger, lines } = captured();
  logger.debug('frame');
  expect(lines).toEqual([]);
});

test('content and credentials are concealed wherever they stand', () => {
  const { logger, lines } = captured();
  logger.info({
    token: 'sesame',
    input: { text: 'sesame', id: 'kept' },
    request: { headers: { authorization: 'sesame' } },
  });
  expect(lines.join()).not.toContain('sesame');
  expect(lines.join()).toContain('kept');
});

test('an error is described by name, message, code and cause, without what drivers attach', () => {
  const { logger, last, lines } = captured();
  const cause = Object.assign(new Error('duplicate key'), { code: '23505', detail: 'sesame' });
  logger.error({ error: new Error('storing failed', { cause }) }, 'request failed');
  expect(last().error).toMatchObject({
    name: 'Error',
    message: 'storing failed',
    cause: { message: 'duplicate key', code: '23505' },
  });
  expect(lines.join()).not.toContain('sesame');
});

test('of a failure that came from outside no stack is written, of another one it is', () => {
  const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  const { logger, lines, last } = captured({ fromOutside: (error) => error === away });
  logger.warn({ error: away }, 'trying again');
  const { name, message, code } = { ...away, name: 'Error', message: 'connect ECONNREFUSED' };
  expect(last().error).toEqual({ name, message, code });
  const [head, ...rest] = readableLine(lines[0] ?? '')
    .trimEnd()
    .split('\n');
  expect(head).toContain('trying again');
  expect(rest).toEqual(['    Error: connect ECONNREFUSED']);
  logger.warn({ error: new Error('a mistake') }, 'trying again');
  expect(last().error).toMatchObject({ stack: expect.stringContaining('observe.test') });
});

test('a readable line carries clock, level, message and fields', () => {
  const { logger, lines } = captured();
  logger.warn({ userId: 'u1', reason: 'too slow', error: new Error('gone') }, 'websocket closed');
  const text = readableLine(lines[0] ?? '');
  expect(text).toMatch(/\d\d:\d\d:\d\d\.\d{3}/);
  expect(text).toContain('websocket closed');
  expect(text).toContain('userId=u1 reason="too slow"');
  expect(text).toContain('    Error: gone');
});

test('a repeated warning is written once per interval with the number held back', () => {
  const { logger, lines, last } = captured();
  let now = 0;
  const warn = rateLimitedWarn(logger, { intervalMs: 1_000, nowMs: () => now });
  for (let i = 0; i < 5; i++) warn({ code: 1006 }, 'websocket error');
  warn({}, 'another oddity');
  expect(lines).toHaveLength(2);
  now = 1_000;
  warn({ code: 1006 }, 'websocket error');
  expect(lines).toHaveLength(3);
  expect(last()).toMatchObject({ msg: 'websocket error', code: 1006, suppressed: 4 });
});
