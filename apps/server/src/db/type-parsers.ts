import pg from 'pg';

const bigint = 20;
const parseNumber = (text: string): number => Number(text);

/**
 * Counters are bigint in SQL and stay far below 2^53, so they are read as numbers. Transaction
 * ids (xid8) stay text. Set per connection: the driver's global table belongs to nobody.
 */
export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === bigint && format !== 'binary'
      ? parseNumber
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};
