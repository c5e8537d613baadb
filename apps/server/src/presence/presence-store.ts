import type { Queryable, Statement } from '#db/database.js';

/** Somebody whose presence the viewer may see. */
export interface VisibleUser {
  readonly userId: string;
  readonly lastSeenAt: Date | null;
}

const readVisible: Statement = {
  name: 'presence_visible',
  text: `select wanted.user_id as "userId", p.last_seen_at as "lastSeenAt"
    from unnest($2::uuid[]) as wanted (user_id)
    left join presence p on p.user_id = wanted.user_id
    where wanted.user_id = $1 or exists (
      select 1 from members theirs
      join members mine on mine.conversation_id = theirs.conversation_id and mine.user_id = $1
      where theirs.user_id = wanted.user_id)`,
};

const storeSeen: Statement = {
  name: 'presence_seen',
  text: `insert into presence (user_id, last_seen_at)
    select user_id, at from unnest($1::uuid[], $2::timestamptz[]) as seen (user_id, at)
    order by user_id
    on conflict (user_id) do update
      set last_seen_at = greatest(presence.last_seen_at, excluded.last_seen_at)`,
};

/** Those of the users who share a conversation with the viewer, and the viewer. */
export const visibleUsers = (
  db: Queryable,
  viewerId: string,
  userIds: readonly string[],
): Promise<VisibleUser[]> => db.rows(readVisible, [viewerId, userIds]);

export async function storeLastSeen(
  db: Queryable,
  seen: readonly { readonly userId: string; readonly atMs: number }[],
): Promise<void> {
  if (seen.length === 0) return;
  await db.rows(storeSeen, [
    seen.map(({ userId }) => userId),
    seen.map(({ atMs }) => new Date(atMs)),
  ]);
}
