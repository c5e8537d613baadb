import { startEmbeddedPostgres } from '@nova/embedded-postgres';
import pg from 'pg';

export interface Database {
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

const schema = `
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

/** The same PostgreSQL as the service's, durable, with what a messenger needs at the least. */
export async function openDatabase(connections: number): Promise<Database> {
  const dataDir = process.env.NOVA_DATA_DIR;
  if (dataDir === undefined) throw new Error('NOVA_DATA_DIR is not set');
  const postgres = await startEmbeddedPostgres({ dataDir, durable: true });
  const pool = new pg.Pool({ connectionString: postgres.connectionString, max: connections });
  // The server may end a connection a moment before the pool does.
  pool.on('error', () => {});
  await pool.query(schema);
  return {
    pool,
    async close() {
      await pool.end();
      await postgres.stop();
    },
  };
}
