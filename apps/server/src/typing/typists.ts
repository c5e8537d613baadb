/** Who hears somebody type. Nothing is stored; memberships are remembered for a moment. */
import { limits } from '@nova/protocol/wire';
import type { Database, Statement } from '#db/database.js';
import type { Bus } from '#delivery/bus.js';
import { blockedDirect } from '#users/block-store.js';
import { conversationNotFound } from '../errors.ts';

export interface TypistsOptions {
  readonly db: Database;
  readonly bus: Bus;
  /** Conversations that are remembered. */
  readonly cacheSize: number;
  readonly now?: () => number;
}

export interface Typists {
  /**
   * The members to tell, null for too many to name, none where one of two blocked the other; throws
   * `notFound` for who is not one.
   */
  audience(conversationId: string, userId: string): Promise<readonly string[] | null>;
}

interface Remembered {
  readonly memberIds: readonly string[] | null;
  /** In a large conversation those seen typing. */
  readonly known: Set<string>;
  readonly untilMs: number;
}

const rememberMs = 5_000;
const knownMax = 1_000;

const readAudience: Statement = {
  name: 'typing_audience',
  text: `select case when ${blockedDirect} then '{}' when c.member_count <= $3
      then array(select user_id from members where conversation_id = c.id) end as "memberIds"
    from conversations c join members me on me.conversation_id = c.id and me.user_id = $2
    where c.id = $1`,
};

export function createTypists({
  db,
  bus,
  cacheSize,
  now = () => performance.now(),
}: TypistsOptions): Typists {
  // Entries live equally long, so the first in the map is the next to expire.
  const remembered = new Map<string, Remembered>();

  const remember = (
    conversationId: string,
    userId: string,
    memberIds: readonly string[] | null,
  ): void => {
    const present = remembered.get(conversationId);
    if (present !== undefined && present.memberIds === null && memberIds === null) {
      if (present.untilMs > now() && present.known.size < knownMax) {
        present.known.add(userId);
        return;
      }
    }
    remembered.delete(conversationId);
    for (const [oldest, { untilMs }] of remembered) {
      if (remembered.size < cacheSize && untilMs > now()) break;
      remembered.delete(oldest);
    }
    const known = new Set([userId, ...(memberIds ?? [])]);
    remembered.set(conversationId, { memberIds, known, untilMs: now() + rememberMs });
  };

  // The expiry is the net for what the bus did not bring.
  bus.subscribe((batch) => {
    for (const outgoing of batch) {
      if (outgoing.kind !== 'durable') continue;
      if (outgoing.joined !== undefined || outgoing.left !== undefined) {
        remembered.delete(outgoing.conversationId);
      }
    }
  });

  return {
    async audience(conversationId, userId) {
      const present = remembered.get(conversationId);
      if (present !== undefined && present.untilMs > now() && present.known.has(userId)) {
        return present.memberIds;
      }
      const [row] = await db.rows<{ memberIds: string[] | null }>(readAudience, [
        conversationId,
        userId,
        limits.smallConversationMembers,
      ]);
      if (row === undefined) throw conversationNotFound();
      remember(conversationId, userId, row.memberIds);
      return row.memberIds;
    },
  };
}
