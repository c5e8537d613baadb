import pino from 'pino';
import { readableLines } from './readable-lines.ts';

export type Logger = pino.Logger;
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Lines for a person at a terminal instead of JSON. */
  readonly readable?: boolean;
  /** Standard output unless given. */
  readonly destination?: pino.DestinationStream;
  /**
   * Whether a failure came from outside, such as a database that restarts: where in the program it
   * was noticed helps nobody, so its stack is left out.
   */
  readonly fromOutside?: (error: unknown) => boolean;
}

/** Nothing that a person wrote or that opens a door is logged, whoever passes it by mistake. */
const concealed = [
  'text',
  'token',
  'authorization',
  'password',
  'sdp',
  'candidate',
  'candidates',
  'cookie',
  'idempotencyKey',
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/**
 * JSON lines, one object each: `level` as a word, `time` in ISO 8601. error: somebody must act;
 * warn: an oddity that was handled; info: life of the process; debug: single requests.
 */
export function createLogger(options: LoggerOptions): Logger {
  const { level, readable = false, destination, fromOutside = () => false } = options;
  const output = destination ?? pino.destination({ dest: 1, sync: true });
  const describe = (error: unknown): unknown => describeError(error, fromOutside);
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: concealed, censor: '[concealed]' },
      serializers: { error: describe, err: describe },
      errorKey: 'error',
    },
    readable ? readableLines(output) : output,
  );
}

/** Of a failure only what helps to find it: drivers attach rows and parameters to their errors. */
function describeError(
  error: unknown,
  fromOutside: (error: unknown) => boolean,
  depth = 0,
): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? { code: error.code } : {};
  const place = fromOutside(error) ? {} : { stack };
  const causes =
    cause === undefined || depth >= 3
      ? {}
      : { cause: describeError(cause, fromOutside, depth + 1) };
  return { name, message, ...code, ...place, ...causes };
}
