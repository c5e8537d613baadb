import { crc32 } from 'node:zlib';

const SALT = 1486364155n;

/**
 * The advisory lock's number as golang-migrate's postgres driver computes it, so that both programs
 * exclude each other. `database` is the path of the database URL with its slash, or the bare name
 * when the URL has no path.
 */
export function advisoryLockId(database: string, schema: string, table: string): string {
  const checksum = crc32([schema, table, database].join('\0'));
  return String(BigInt.asUintN(32, BigInt(checksum) * SALT));
}
