// The raw ceiling of durable sends: batches of two statements (bump the counters, insert messages
// and log rows), a few connections, nothing else. Its figures go to the harness over IPC.
import { randomBytes, randomUUID } from 'node:crypto';
import { startEmbeddedPostgres } from '@nova/embedded-postgres';
import pg from 'pg';
import { cpuOfTree } from '../measure/process-tree.ts';

const conversationCount = 2_000;
const bodyBytes = 200;
const connections = 2;
const warmupMs = 500;

const schema = `
  create table conversations (
    id uuid primary key,
    last_seq bigint not null default 0,
    last_pos bigint not null default 0
  ) with (fillfactor = 70);
  create table messages (
    conversation_id uuid not null,
    id uuid not null,
    seq bigint not null,
    sender_id uuid not null,
    body bytea not null,
    created_at timestamptz not null default now(),
    primary key (conversation_id, id)
  );
  create unique index on messages (conversation_id, seq);
  create table log (
    xid xid8 not null default pg_current_xact_id(),
    id bigint generated always as identity,
    conversation_id uuid not null,
    pos bigint not null,
    type smallint not null,
    subject_id uuid,
    actor_id uuid,
    at timestamptz not null default now(),
    primary key (xid, id)
  );
  create unique index on log (conversation_id, pos);`;

const bump = `
  update conversations set last_seq = last_seq + n, last_pos = last_pos + n
  from unnest($1::uuid[], $2::int[]) as batch (conversation_id, n)
  where id = batch.conversation_id
  returning id, last_seq - n as seq`;

const insert = `
  with stored as (
    insert into messages (conversation_id, seq, id, sender_id, body)
    select * from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[], $5::bytea[]))
  insert into log (conversation_id, pos, type, subject_id, actor_id)
  select conversation_id, pos, 1, id, actor_id
  from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[])
    as batch (conversation_id, pos, id, actor_id)`;

const [seconds = 0, batchSize = 0] = process.argv.slice(2).map(Number);
const dataDir = process.env.NOVA_DATA_DIR;
if (dataDir === undefined) throw new Error('NOVA_DATA_DIR is not set');
const postgres = await startEmbeddedPostgres({ dataDir, durable: true });
const pool = new pg.Pool({ connectionString: postgres.connectionString, max: connections });
// The pool resolves its end before the server has let go of every connection; the stop that follows
// is then reported on them.
pool.on('error', () => undefined);
pool.on('connect', (client) => client.on('error', () => undefined));
const conversations = Array.from({ length: conversationCount }, () => randomUUID());
const senderId = randomUUID();
const body = randomBytes(bodyBytes);
await pool.query(schema);
await pool.query('insert into conversations (id) select unnest($1::uuid[])', [conversations]);

let stored = 0;
let running = true;

async function storeBatch(client: pg.PoolClient, own: readonly string[]): Promise<void> {
  const chosen = Array.from(
    { length: batchSize },
    () => own[Math.floor(Math.random() * own.length)] ?? '',
  );
  const counts = new Map<string, number>();
  for (const id of chosen) counts.set(id, (counts.get(id) ?? 0) + 1);
  void client.query('begin');
  const bumped = await client.query({
    name: 'bump',
    text: bump,
    values: [[...counts.keys()], [...counts.values()]],
  });
  const rows = bumped.rows as { id: string; seq: string }[];
  const seqs = new Map(rows.map(({ id, seq }) => [id, Number(seq)]));
  const numbers = chosen.map((id) => {
    const seq = (seqs.get(id) ?? 0) + 1;
    seqs.set(id, seq);
    return seq;
  });
  const ids = chosen.map(() => randomUUID());
  const senders = chosen.map(() => senderId);
  const bodies = chosen.map(() => body);
  void client.query({
    name: 'insert',
    text: insert,
    values: [chosen, numbers, ids, senders, bodies],
  });
  await client.query('commit');
  stored += batchSize;
}

async function writeUntilStopped(own: readonly string[]): Promise<void> {
  const client = await pool.connect();
  while (running) await storeBatch(client, own);
  client.release();
}

// Each connection has conversations of its own: no batch waits for another's locks.
const share = conversationCount / connections;
const writers = Array.from({ length: connections }, (_, index) =>
  writeUntilStopped(conversations.slice(index * share, (index + 1) * share)),
);
await new Promise((resolve) => setTimeout(resolve, warmupMs));
const before = { stored, cpu: cpuOfTree(process.pid), at: performance.now() };
await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
const after = { stored, cpu: cpuOfTree(process.pid), at: performance.now() };
running = false;
await Promise.all(writers);
await pool.end();
await postgres.stop();
const messages = after.stored - before.stored;
process.send?.({
  perSecond: messages / ((after.at - before.at) / 1_000),
  cpuMicros: (after.cpu.own - before.cpu.own) / messages,
});
process.disconnect?.();
