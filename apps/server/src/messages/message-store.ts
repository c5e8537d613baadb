import type { Role } from '@nova/protocol';
import type { Queryable, Statement, Transaction } from '#db/database.js';
import { NovaError } from '../errors.ts';
import { type MessageRow, messageColumns } from './message-row.ts';

export interface MessageRef {
  readonly conversationId: string;
  readonly messageId: string;
}

const readByRefs: Statement = {
  name: 'message_by_refs',
  text: `select ${messageColumns}
    from unnest($1::uuid[], $2::uuid[]) as ref (conversation_id, id)
    join messages m on m.conversation_id = ref.conversation_id and m.id = ref.id`,
};

const readForViewer: Statement = {
  name: 'message_for_viewer',
  text: `select ${messageColumns}
    from members viewer
    join messages m on m.conversation_id = viewer.conversation_id and m.id = $3
    where viewer.conversation_id = $1 and viewer.user_id = $2`,
};

const readForChange: Statement = {
  name: 'message_for_change',
  text: `select ${messageColumns}, sender.role as "senderRole"
    from messages m
    left join members sender
      on sender.conversation_id = m.conversation_id and sender.user_id = m.sender_id
    where m.conversation_id = $1 and m.id = $2`,
};

const keepVersion: Statement = {
  name: 'message_keep_version',
  text: `insert into message_versions (conversation_id, message_id, version, body, at)
    select conversation_id, id, version, body, coalesce(edited_at, created_at)
    from messages where conversation_id = $1 and id = $2`,
};

const replaceBody: Statement = {
  name: 'message_replace_body',
  text: `update messages set body = $3, version = version + 1, edited_at = $4
    where conversation_id = $1 and id = $2`,
};

const markDeleted: Statement = {
  name: 'message_mark_deleted',
  text: `update messages set body = null, deleted_at = $3 where conversation_id = $1 and id = $2`,
};

const dropVersions: Statement = {
  name: 'message_drop_versions',
  text: `delete from message_versions where conversation_id = $1 and message_id = $2`,
};

const dropReactions: Statement = {
  name: 'message_drop_reactions',
  text: `delete from reactions where conversation_id = $1 and message_id = $2`,
};

const readVersion: Statement = {
  name: 'message_version',
  text: `select body from message_versions
    where conversation_id = $1 and message_id = $2 and version = $3`,
};

const readVersions: Statement = {
  name: 'message_versions',
  text: `select v.version, v.body, v.at
    from members viewer
    join messages m on m.conversation_id = viewer.conversation_id and m.id = $3
    left join message_versions v on v.conversation_id = m.conversation_id and v.message_id = m.id
    where viewer.conversation_id = $1 and viewer.user_id = $2
    order by v.version`,
};

export interface VersionRow {
  readonly version: number;
  readonly body: Buffer;
  readonly at: Date;
}

export const messageRowsByRefs = (
  db: Queryable,
  refs: readonly MessageRef[],
): Promise<MessageRow[]> =>
  db.rows<MessageRow>(readByRefs, [
    refs.map((ref) => ref.conversationId),
    refs.map((ref) => ref.messageId),
  ]);

/** The message if it exists and the viewer is a member, both as of one moment. */
export async function messageRowForViewer(
  db: Queryable,
  viewerId: string,
  ref: MessageRef,
): Promise<MessageRow> {
  const [row] = await db.rows<MessageRow>(readForViewer, [
    ref.conversationId,
    viewerId,
    ref.messageId,
  ]);
  return row ?? noSuchMessage();
}

/** The message and its sender's role (null: has left), under the lock of the conversation. */
export async function messageRowForChange(
  tx: Transaction,
  ref: MessageRef,
): Promise<MessageRow & { readonly senderRole: Role | null }> {
  const [row] = await tx.rows<MessageRow & { senderRole: Role | null }>(readForChange, [
    ref.conversationId,
    ref.messageId,
  ]);
  return row ?? noSuchMessage();
}

/** Keeps the present body as a version and puts the new one in its place. */
export async function storeEdit(
  tx: Transaction,
  ref: MessageRef,
  body: Buffer,
  at: Date,
): Promise<void> {
  await tx.rows(keepVersion, [ref.conversationId, ref.messageId]);
  await tx.rows(replaceBody, [ref.conversationId, ref.messageId, body, at]);
}

/** Takes the content away: body, earlier versions and reactions. */
export async function storeDeletion(tx: Transaction, ref: MessageRef, at: Date): Promise<void> {
  await tx.rows(markDeleted, [ref.conversationId, ref.messageId, at]);
  await tx.rows(dropVersions, [ref.conversationId, ref.messageId]);
  await tx.rows(dropReactions, [ref.conversationId, ref.messageId]);
}

export async function versionBody(
  db: Queryable,
  ref: MessageRef,
  version: number,
): Promise<Buffer | undefined> {
  const [row] = await db.rows<{ body: Buffer }>(readVersion, [
    ref.conversationId,
    ref.messageId,
    version,
  ]);
  return row?.body;
}

/** The kept versions, oldest first, if the message exists and the viewer is a member. */
export async function versionRows(
  db: Queryable,
  viewerId: string,
  ref: MessageRef,
): Promise<VersionRow[]> {
  const rows = await db.rows<VersionRow | { version: null }>(readVersions, [
    ref.conversationId,
    viewerId,
    ref.messageId,
  ]);
  if (rows.length === 0) noSuchMessage();
  return rows.filter((row): row is VersionRow => row.version !== null);
}

export function noSuchMessage(): never {
  throw new NovaError('notFound', 'no such message');
}
