/** Conversations as their members see them: each statement reads one moment. */
import type { ConversationKind, Role } from '@nova/protocol';
import { limits } from '@nova/protocol/wire';
import type { Queryable, Statement } from '#db/database.js';
import { type MessageRow, messageColumns } from '#messages/message-row.js';

/** What a member alone sees. */
export interface ViewerRow {
  readonly viewerId: string;
  readonly role: Role;
  readonly lastReadSeq: number;
  readonly unreadCount: number;
  readonly mutedUntil: Date | null;
  readonly pinnedAt: Date | null;
  readonly archivedAt: Date | null;
}

/** What all members see alike, with the newest message. */
export type SharedRow = {
  readonly viewId: string;
  readonly conversationKind: ConversationKind;
  readonly title: string | null;
  readonly avatarUrl: string | null;
  readonly memberCount: number;
  readonly lastSeq: number;
  readonly lastPos: number;
  readonly conversationCreatedAt: Date;
  readonly updatedAt: Date;
  /** `updatedAt` in microseconds since 1970, as exact as it is stored. */
  readonly updatedMicros: number;
} & (MessageRow | { readonly id: null });

export type ViewRow = SharedRow & ViewerRow;

/** Who looks at which conversation. */
export interface Look {
  readonly conversationId: string;
  readonly userId: string;
}

/** A conversation with those members who look at it. */
export type SeenRow = SharedRow & { readonly viewers: readonly ViewerRow[] };

export interface MemberRow {
  readonly conversationId: string;
  readonly userId: string;
  readonly name: string | null;
  readonly role: Role;
  readonly joinedAt: Date;
  readonly lastReadSeq: number | null;
  readonly lastDeliveredSeq: number | null;
}

const sharedColumns = `c.id as "viewId", c.kind as "conversationKind", c.title,
  c.avatar_url as "avatarUrl", c.member_count as "memberCount", c.last_seq as "lastSeq",
  c.last_pos as "lastPos", c.created_at as "conversationCreatedAt", c.updated_at as "updatedAt",
  (extract(epoch from c.updated_at) * 1000000)::bigint as "updatedMicros", ${messageColumns}`;

const viewerColumns = `me.user_id as "viewerId", me.role, me.last_read_seq as "lastReadSeq",
  case when c.last_seq > me.last_read_seq then c.last_seq - me.last_read_seq - (
    select count(*) from messages gone where gone.conversation_id = c.id
      and gone.seq > me.last_read_seq and gone.deleted_at is not null)
  else 0 end as "unreadCount",
  me.muted_until as "mutedUntil", me.pinned_at as "pinnedAt", me.archived_at as "archivedAt"`;

const withNewest = `left join messages m on m.conversation_id = c.id and m.seq = c.last_seq`;

const readViews: Statement = {
  name: 'conversation_views',
  text: `select ${sharedColumns}, ${viewerColumns}
    from members me join conversations c on c.id = me.conversation_id ${withNewest}
    where me.user_id = $1 and me.conversation_id = any($2::uuid[])`,
};

const readInbox: Statement = {
  name: 'conversation_inbox',
  text: `with page as materialized (
      select c.id from members me join conversations c on c.id = me.conversation_id
      where me.user_id = $1 and ($2::bigint is null
        or (c.updated_at, c.id) < ('epoch'::timestamptz + $2 * interval '1 microsecond', $3::uuid))
      order by c.updated_at desc, c.id desc limit $4
    )
    select ${sharedColumns}, ${viewerColumns}
    from page join conversations c on c.id = page.id
    join members me on me.conversation_id = c.id and me.user_id = $1 ${withNewest}
    order by c.updated_at desc, c.id desc`,
};

// One row for each conversation, however many look at it: what they see alike, the newest message
// above all, is read, handed over and opened once.
const readSeen: Statement = {
  name: 'conversation_seen',
  text: `select ${sharedColumns}, seen.viewers
    from (select conversation_id, array_agg(user_id) as user_ids
      from unnest($1::uuid[], $2::uuid[]) as look (conversation_id, user_id)
      group by conversation_id) asked
    join conversations c on c.id = asked.conversation_id ${withNewest}
    cross join lateral (
      select json_agg(viewer) as viewers from (
        select ${viewerColumns} from members me
        where me.conversation_id = c.id and me.user_id = any(asked.user_ids)) viewer) seen
    where seen.viewers is not null`,
};

/** Markers are shown while a conversation is small; `c` and `m` are the conversation and member. */
export const memberColumns = `m.conversation_id as "conversationId", m.user_id as "userId", u.name,
  m.role, m.joined_at as "joinedAt",
  case when c.member_count <= ${limits.smallConversationMembers}
    then m.last_read_seq end as "lastReadSeq",
  case when c.member_count <= ${limits.smallConversationMembers}
    then m.last_delivered_seq end as "lastDeliveredSeq"`;

const readMembers: Statement = {
  name: 'conversation_view_members',
  text: `select ${memberColumns}
    from conversations c join members m on m.conversation_id = c.id
    left join users u on u.id = m.user_id
    where c.id = any($1::uuid[]) and c.member_count <= ${limits.smallConversationMembers}
    order by m.joined_at, m.user_id`,
};

export const viewRows = (
  db: Queryable,
  viewerId: string,
  conversationIds: readonly string[],
): Promise<ViewRow[]> => db.rows<ViewRow>(readViews, [viewerId, conversationIds]);

/** The most recently active first, from past the given place on. */
export const inboxRows = (
  db: Queryable,
  viewerId: string,
  past: { readonly updatedMicros: number; readonly id: string } | undefined,
  limit: number,
): Promise<ViewRow[]> =>
  db.rows<ViewRow>(readInbox, [viewerId, past?.updatedMicros ?? null, past?.id ?? null, limit]);

/** Each conversation once; without those that nobody who looks is a member of. */
export async function seenRows(db: Queryable, looks: readonly Look[]): Promise<SeenRow[]> {
  const rows = await db.rows<SharedRow & { readonly viewers: readonly ViewerJson[] }>(readSeen, [
    looks.map(({ conversationId }) => conversationId),
    looks.map(({ userId }) => userId),
  ]);
  return rows.map((row) => ({ ...row, viewers: row.viewers.map(withDates) }));
}

type DateField = 'mutedUntil' | 'pinnedAt' | 'archivedAt';

/** JSON knows no dates. */
type ViewerJson = Omit<ViewerRow, DateField> & Readonly<Record<DateField, string | null>>;

const withDates = ({ mutedUntil, pinnedAt, archivedAt, ...viewer }: ViewerJson): ViewerRow => ({
  ...viewer,
  mutedUntil: dateOf(mutedUntil),
  pinnedAt: dateOf(pinnedAt),
  archivedAt: dateOf(archivedAt),
});

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text));

/** The members of those conversations that are small. */
export const smallMemberRows = (
  db: Queryable,
  conversationIds: readonly string[],
): Promise<MemberRow[]> => db.rows<MemberRow>(readMembers, [conversationIds]);
