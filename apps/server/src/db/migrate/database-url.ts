/** What a golang-migrate database URL says beyond where the database is. */
export interface MigrationTarget {
  /** For `pg`: without the parameters that are ours. */
  readonly connectionString: string;
  /** The connection may go on without TLS when the server has none. */
  readonly tlsOptional: boolean;
  /** The URL's path with its slash, as the lock's number needs it; empty when there is none. */
  readonly path: string;
  readonly table: TableName;
  readonly statementTimeoutMs: number;
  readonly multiStatement: boolean;
}

export interface TableName {
  /** Undefined: the connection's current schema. */
  readonly schema: string | undefined;
  readonly name: string;
}

const FORM = /^(postgres|postgresql):\/\/[^/?#]*([^?#]*)(?:\?([^#]*))?$/;

export function parseDatabaseUrl(url: string): MigrationTarget {
  const match = FORM.exec(url);
  if (!match) throw new Error('the database URL is not a postgres:// or postgresql:// URL');
  const ours = new URLSearchParams(match[3]);
  const parameters = new URLSearchParams([...ours].filter(([name]) => !name.startsWith('x-')));
  const tlsOptional = parameters.get('sslmode') === 'prefer';
  adaptTls(parameters);
  const base = withoutEmptyAuthority(url.split('?')[0] ?? '', parameters);
  const query = parameters.size === 0 ? '' : `?${parameters}`;
  return {
    connectionString: `${base}${query}`,
    tlsOptional: tlsOptional && parameters.has('sslmode'),
    path: decodeURIComponent(match[2] ?? ''),
    table: parseTable(ours),
    statementTimeoutMs: parseCount(ours, 'x-statement-timeout'),
    multiStatement: parseBoolean(ours, 'x-multi-statement'),
  };
}

/**
 * `postgresql://:@:5432/` is no URL to `pg`; to libpq, and to golang-migrate, whatever is empty in it
 * comes from PGHOST, PGUSER, PGPASSWORD and PGDATABASE.
 */
function withoutEmptyAuthority(base: string, parameters: URLSearchParams): string {
  const [, scheme, port, path = ''] = /^(\w+:\/\/):?@?(?::(\d*))?(\/.*)?$/.exec(base) ?? [];
  if (scheme === undefined) return base;
  if (port) parameters.set('port', port);
  return `${scheme}${path || '/'}`;
}

/** `pg` reads sslmode more strictly than libpq, whose meaning people know from psql. */
function adaptTls(parameters: URLSearchParams): void {
  const mode = parameters.get('sslmode');
  if (mode === null) return;
  if (parameters.get('host')?.startsWith('/')) parameters.delete('sslmode');
  else if (mode === 'allow') parameters.set('sslmode', 'disable');
  if (parameters.has('sslmode')) parameters.set('uselibpqcompat', 'true');
}

function parseTable(parameters: URLSearchParams): TableName {
  const text = parameters.get('x-migrations-table') || 'schema_migrations';
  if (!parseBoolean(parameters, 'x-migrations-table-quoted')) {
    return { schema: undefined, name: text };
  }
  const [, schema, name] = /^(?:"([^"]+)"\.)?"([^"]+)"$/.exec(text) ?? [];
  if (name === undefined) {
    throw new Error(
      `x-migrations-table must be quoted, for instance "migrate"."schema_migrations", when x-migrations-table-quoted is set: ${text}`,
    );
  }
  return { schema, name };
}

function parseBoolean(parameters: URLSearchParams, name: string): boolean {
  const text = parameters.get(name) || 'false';
  if (/^(1|t|true)$/i.test(text)) return true;
  if (/^(0|f|false)$/i.test(text)) return false;
  throw new Error(`${name} must be true or false: ${text}`);
}

function parseCount(parameters: URLSearchParams, name: string): number {
  const text = parameters.get(name) || '0';
  if (!/^[0-9]+$/.test(text)) throw new Error(`${name} must be a number: ${text}`);
  return Number(text);
}
