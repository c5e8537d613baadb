import { describe, expect, it } from 'vitest';
import { parseDatabaseUrl } from './database-url.ts';

describe('parseDatabaseUrl', () => {
  it('keeps our parameters from the server', () => {
    const target = parseDatabaseUrl(
      'postgresql://u:p%40ss@db:5432/nova?x-migrations-table=v&x-statement-timeout=500&application_name=a&x-multi-statement=true',
    );
    expect(target).toEqual({
      connectionString: 'postgresql://u:p%40ss@db:5432/nova?application_name=a',
      tlsOptional: false,
      path: '/nova',
      table: { schema: undefined, name: 'v' },
      statementTimeoutMs: 500,
      multiStatement: true,
    });
  });

  it('takes the path as the lock needs it, also without a host', () => {
    expect(parseDatabaseUrl('postgres://u@h/a%20b').path).toBe('/a b');
    expect(parseDatabaseUrl('postgres://u@h').path).toBe('');
    expect(parseDatabaseUrl('postgres:///nova?host=/run/pg').path).toBe('/nova');
    expect(parseDatabaseUrl('postgres://u@/nova?host=/run/pg').path).toBe('/nova');
  });

  it('leaves what is empty in it to the environment', () => {
    const connection = (url: string) => parseDatabaseUrl(url).connectionString;
    expect(connection('postgresql://:@:5432/')).toBe('postgresql:///?port=5432');
    expect(connection('postgresql://:@:/nova')).toBe('postgresql:///nova');
    expect(connection('postgresql:///nova?host=/run/pg')).toBe(
      'postgresql:///nova?host=%2Frun%2Fpg',
    );
    expect(connection('postgresql://:@db:5432/nova')).toBe('postgresql://:@db:5432/nova');
  });

  it('reads sslmode as libpq does', () => {
    const tls = (url: string) => {
      const { connectionString, tlsOptional } = parseDatabaseUrl(url);
      return [connectionString.split('?')[1], tlsOptional];
    };
    expect(tls('postgres://h/d')).toEqual([undefined, false]);
    expect(tls('postgres://h/d?sslmode=require')).toEqual([
      'sslmode=require&uselibpqcompat=true',
      false,
    ]);
    expect(tls('postgres://h/d?sslmode=prefer')).toEqual([
      'sslmode=prefer&uselibpqcompat=true',
      true,
    ]);
    expect(tls('postgres:///d?host=/s&sslmode=require')).toEqual(['host=%2Fs', false]);
  });

  it('reads a quoted table with its schema', () => {
    const quoted = 'x-migrations-table-quoted=1';
    const url = `postgres://h/d?${quoted}&x-migrations-table=`;
    expect(parseDatabaseUrl(`${url}"my.schema"."my table"`).table).toEqual({
      schema: 'my.schema',
      name: 'my table',
    });
    expect(parseDatabaseUrl(`${url}"t"`).table).toEqual({ schema: undefined, name: 't' });
    expect(() => parseDatabaseUrl(`${url}t`)).toThrow('must be quoted');
  });

  it.each([
    'mysql://h/d',
    'nova',
    'postgres://h/d?x-multi-statement=maybe',
    'postgres://h/d?x-statement-timeout=1s',
  ])('refuses %s', (url) => {
    expect(() => parseDatabaseUrl(url)).toThrow();
  });
});
