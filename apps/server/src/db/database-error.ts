import pg from 'pg';
import { NovaError, unavailable } from '../errors.ts';

/** SQLSTATE classes and codes that say: the database cannot serve now, and nothing was written. */
const unavailableClasses = new Set(['08', '53', '58']);
const unavailableCodes = new Set([
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57014', // query_canceled: statement_timeout
  '55P03', // lock_not_available
  '25006', // read_only_sql_transaction: a standby, or a database protecting itself
  '25P03', // idle_in_transaction_session_timeout
  '40001',
  '40P01',
]);
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
const driverMessages =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable|client was closed|cannot use a pool after calling end/i;

export function isUnavailable(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) {
    const code = error.code ?? '';
    return unavailableClasses.has(code.slice(0, 2)) || unavailableCodes.has(code);
  }
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return networkCodes.has(code) || driverMessages.test(error.message);
}

export type QueryFailure = 'unavailable' | 'conflict' | 'timeout' | 'other';

const conflictCodes = new Set(['23505', '40001', '40P01']);
const timeoutCodes = new Set(['57014', '55P03', '25P03']);

/** The class under which a failed statement is counted. */
export function failureOf(error: unknown): QueryFailure {
  const code = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
  if (conflictCodes.has(code)) return 'conflict';
  if (timeoutCodes.has(code)) return 'timeout';
  return isUnavailable(error) ? 'unavailable' : 'other';
}

/** The error to pass on: `unavailable` for a database that is away, anything else as it came. */
export function databaseError(error: unknown): unknown {
  if (error instanceof NovaError) return error;
  return isUnavailable(error) ? unavailable('the database', error) : error;
}
