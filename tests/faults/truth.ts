/** What the database holds at the end, read from its tables and, for texts, from the service. */
import type { Message } from '@nova/protocol';
import pg from 'pg';
import type { TrueConversation, TrueMember } from './crowd-words.ts';
import type { Scene } from './scene.ts';
import { signToken } from './tokens.ts';
import type { LoggedEvent } from './topic.ts';
import { until } from './until.ts';

const quietMs = 2_500;
const pageSize = 200;

type Query = <Row extends object>(text: string) => Promise<Row[]>;

/** Runs `look` with a connection of its own to the database of the service under test. */
export async function withDatabase<Result>(
  connectionString: string,
  look: (query: Query) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString });
  pg.types.setTypeParser(pg.types.builtins.INT8, Number);
  await client.connect();
  try {
    return await look(async (text) => (await client.query(text)).rows);
  } finally {
    await client.end();
  }
}

/** Resolves when nothing was written for a while: markers follow the last messages. */
export async function untilQuiet(query: Query, timeoutMs: number): Promise<void> {
  let last = '';
  let sinceMs = performance.now();
  await until('a database in which nothing changes', timeoutMs, async () => {
    const now = JSON.stringify(
      await query(
        `select (select sum(last_pos) from conversations),
          (select sum(last_read_seq + last_delivered_seq) from members)`,
      ),
    );
    if (now !== last) sinceMs = performance.now();
    last = now;
    return performance.now() - sinceMs >= quietMs ? true : undefined;
  });
}

interface ConversationRow {
  readonly id: string;
  readonly kind: string;
  readonly memberCount: number;
  readonly lastSeq: number;
  readonly lastPos: number;
  readonly updatedAt: Date;
}

export interface StoredMessage {
  readonly conversationId: string;
  readonly id: string;
  readonly seq: number;
  readonly senderId: string;
  readonly version: number;
  readonly deleted: boolean;
}

/** Gaps and repetitions in the numbers of messages and log rows, as the tables stand. */
export async function holesIn(query: Query): Promise<string[]> {
  const rows = await query<{ id: string }>(
    `select c.id from conversations c
      left join lateral (select count(*) n, coalesce(min(seq), 1) low, coalesce(max(seq), 0) high
        from messages where conversation_id = c.id) m on true
      left join lateral (select count(*) n, coalesce(min(pos), 1) low, coalesce(max(pos), 0) high
        from log where conversation_id = c.id) l on true
      where (m.n, m.low, m.high) <> (c.last_seq, 1, c.last_seq)
        or (l.n, l.low, l.high) <> (c.last_pos, 1, c.last_pos)`,
  );
  return rows.map(({ id }) => `${id}: numbers of messages or log rows are not 1 to n`);
}

export const loggedEvents = (query: Query): Promise<LoggedEvent[]> =>
  query(
    `select conversation_id as "conversationId", pos from log where conversation_id is not null`,
  );

export const storedMessages = (query: Query): Promise<StoredMessage[]> =>
  query(
    `select conversation_id as "conversationId", id, seq, sender_id as "senderId", version,
      deleted_at is not null as deleted from messages order by conversation_id, seq`,
  );

export async function readTruth(
  query: Query,
  url: string,
  privateKeyPem: string,
  scene: Scene,
): Promise<TrueConversation[]> {
  const rows = await query<ConversationRow>(
    `select id, kind, member_count as "memberCount", last_seq as "lastSeq",
      last_pos as "lastPos", updated_at as "updatedAt" from conversations`,
  );
  const members = await query<TrueMember & { conversationId: string }>(
    `select conversation_id as "conversationId", user_id as "userId", role,
      last_read_seq as "lastReadSeq", last_delivered_seq as "lastDeliveredSeq"
      from members order by conversation_id, user_id`,
  );
  const truth: TrueConversation[] = [];
  for (const row of rows) {
    const owner = scene.conversations.find(({ id }) => id === row.id)?.members[0];
    if (owner === undefined) throw new Error(`${row.id}: nobody created this conversation`);
    const token = signToken(privateKeyPem, scene.userIds[owner] ?? '');
    truth.push({
      ...row,
      updatedAt: row.updatedAt.toISOString(),
      members: members
        .filter(({ conversationId }) => conversationId === row.id)
        .map(({ conversationId, ...member }) => member),
      messages: await listMessages(url, token, row.id),
    });
  }
  return truth;
}

/** All pages of `message.list`, ascending. */
async function listMessages(url: string, token: string, conversationId: string) {
  const messages: Message[] = [];
  for (let more = true; more; ) {
    const after = messages.at(-1)?.seq ?? 0;
    const answer = await fetch(
      `${url}/api/v1/conversations/${conversationId}/messages?after=${after}&limit=${pageSize}`,
      { headers: { authorization: `Bearer ${token}` } },
    );
    if (!answer.ok) throw new Error(`message.list: ${await answer.text()}`);
    const page = (await answer.json()) as { messages: Message[]; hasAfter: boolean };
    messages.push(...page.messages);
    more = page.hasAfter;
  }
  return messages;
}
