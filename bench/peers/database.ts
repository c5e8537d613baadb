import path from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@nova/embedded-postgres';
import pg from 'pg';

export interface Database {
  /** What NOVA_DATA_DIR names: the peer's, and gone with it. */
  readonly directory: string;
  readonly server: Pick<EmbeddedPostgres, 'host' | 'port' | 'user'>;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

const leastSchema = `
  create table conversations (
    id uuid primary key,
    last_seq bigint not null default 0,
    updated_at timestamptz not null default now()
  ) with (fillfactor = 80);
  create table members (
    conversation_id uuid not null,
    user_id uuid not null,
    primary key (conversation_id, user_id)
  );
  create table messages (
    conversation_id uuid not null,
    id uuid not null,
    seq bigint,
    sender_id uuid not null,
    body text not null,
    created_at timestamptz not null default now(),
    primary key (conversation_id, id)
  );
  create unique index on messages (conversation_id, seq);`;

export interface DatabaseOptions {
  /** Of the pool. */
  readonly connections: number;
  readonly schema?: string;
  /** 0: any free TCP port, for what cannot use a socket in the file system. */
  readonly listen?: 0;
}

/** The same PostgreSQL as the service's, durable, with what a messenger needs at the least. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { connections, schema = leastSchema, listen = 'socket' } = options;
  const directory = process.env.NOVA_DATA_DIR;
  if (directory === undefined) throw new Error('NOVA_DATA_DIR is not set');
  const dataDir = path.join(directory, 'postgres');
  const server = await startEmbeddedPostgres({ dataDir, durable: true, listen });
  const pool = new pg.Pool({ connectionString: server.connectionString, max: connections });
  // The server may end a connection a moment before the pool does.
  pool.on('error', () => {});
  await pool.query(schema);
  return {
    directory,
    server,
    pool,
    async close() {
      await pool.end();
      await server.stop();
    },
  };
}
