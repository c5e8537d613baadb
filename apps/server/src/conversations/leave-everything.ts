/** Somebody is gone for good: every membership ends, direct conversations included. */
import type { Database, Queryable, Statement } from '#db/database.js';
import type { Bus } from '#delivery/bus.js';
import { lockConversation } from '#log/locked-conversation.js';
import { NovaError } from '../errors.ts';
import { depart } from './depart.ts';

const readSome: Statement = {
  name: 'members_some_of_user',
  text: `select conversation_id as "conversationId" from members
    where user_id = $1 and conversation_id > $2 order by conversation_id limit 100`,
};

const lowestId = '00000000-0000-0000-0000-000000000000';

/** One transaction each: nobody waits for a person of a thousand conversations. May be repeated. */
export async function leaveEverything(
  { db, bus }: { readonly db: Database; readonly bus: Bus },
  userId: string,
): Promise<void> {
  for (let past = lowestId; ; ) {
    const ids = await someOf(db, userId, past);
    for (const conversationId of ids) await leave({ db, bus }, conversationId, userId);
    const last = ids.at(-1);
    if (last === undefined) return;
    past = last;
  }
}

async function someOf(db: Queryable, userId: string, past: string): Promise<string[]> {
  const rows = await db.rows<{ conversationId: string }>(readSome, [userId, past]);
  return rows.map((row) => row.conversationId);
}

async function leave(
  { db, bus }: { readonly db: Database; readonly bus: Bus },
  conversationId: string,
  userId: string,
): Promise<void> {
  try {
    const outgoing = await db.transaction(async (tx) => {
      const conversation = await lockConversation(tx, conversationId, userId);
      return depart(tx, conversation, { userId, role: conversation.actorRole }, userId);
    });
    bus.publish(outgoing);
  } catch (error) {
    // Removed by somebody else in the meantime.
    if (!(error instanceof NovaError && error.code === 'notFound')) throw error;
  }
}
