import path from 'node:path';
import { startEmbeddedPostgres } from '@nova/embedded-postgres';
import pg from 'pg';

const messagesPerStep = 500_000;

// Each conversation's newest message again and again, under new ids and numbers: its sealed body
// opens as before. Conversation after conversation within each round, as traffic would be stored.
const copyMessages = `
  insert into messages (conversation_id, id, seq, sender_id, kind, body, created_at)
  select c.id, uuidv7(), c.last_seq + round, m.sender_id, m.kind, m.body, now()
  from generate_series(1, $1::int) as round
  cross join conversations c
  join messages m on m.conversation_id = c.id and m.seq = c.last_seq
  order by round`;

const copyLog = `
  insert into log (conversation_id, pos, type, subject_id, actor_id, at)
  select c.id, c.last_pos + m.seq - c.last_seq, l.type, m.id, m.sender_id, m.created_at
  from conversations c
  join log l on l.conversation_id = c.id and l.pos = c.last_pos
  join messages m on m.conversation_id = c.id and m.seq > c.last_seq
  order by m.seq - c.last_seq`;

const bumpCounters = `
  update conversations set last_seq = last_seq + $1, last_pos = last_pos + $1 where last_seq > 0`;

/**
 * Fills the stopped service's embedded database up to `stored` messages and returns how many there
 * are. Every conversation's last log row must be the one of its last message.
 */
export async function growHistory(dataDir: string, stored: number): Promise<number> {
  const postgres = await startEmbeddedPostgres({
    dataDir: path.join(dataDir, 'postgres'),
    settings: { max_wal_size: '8GB', maintenance_work_mem: '256MB', work_mem: '256MB' },
  });
  const client = new pg.Client({ connectionString: postgres.connectionString });
  try {
    await client.connect();
    await copyUntil(client, stored);
    // As an old database would be, not as one that was filled a moment ago.
    await client.query('vacuum (freeze, analyze)');
    await client.query('checkpoint');
    return await countMessages(client);
  } finally {
    await client.end();
    await postgres.stop();
  }
}

async function copyUntil(client: pg.Client, stored: number): Promise<void> {
  const counted = await client.query(
    'select count(*)::int as n from conversations where last_seq > 0',
  );
  const { n: conversations } = counted.rows[0] as { n: number };
  for (let missing = stored - (await countMessages(client)); missing > 0; ) {
    const rounds = Math.ceil(Math.min(missing, messagesPerStep) / conversations);
    await client.query('begin');
    await client.query(copyMessages, [rounds]);
    await client.query(copyLog);
    await client.query(bumpCounters, [rounds]);
    await client.query('commit');
    missing -= rounds * conversations;
  }
}

async function countMessages(client: pg.Client): Promise<number> {
  const counted = await client.query('select count(*)::int as n from messages');
  return (counted.rows[0] as { n: number }).n;
}
