import type { Member, Message, Role, ServiceLimits } from '@nova/protocol';
import { can, limits, outranks } from '@nova/protocol/wire';

export interface Viewer {
  readonly userId: string;
  readonly role: Role;
  /** Null until the service said what it allows: then it is asked, and may refuse. */
  readonly limits: ServiceLimits | null;
}

const hourMs = 3_600_000;

/** False for `undefined`, too: a node of an earlier release does not name its windows. */
const isOver = (hours: number | undefined, { createdAt }: Message, nowMs: number): boolean =>
  hours !== undefined && nowMs - Date.parse(createdAt) > hours * hourMs;

/** Whether the service would take a new text for it. */
export function mayEdit(message: Message, viewer: Viewer, nowMs = Date.now()): boolean {
  const { senderId, kind, deletedAt, version } = message;
  const editable = senderId === viewer.userId && kind === 'text' && deletedAt === undefined;
  if (!editable || version > limits.messageVersions) return false;
  return !isOver(viewer.limits?.messageEditWindowHours, message, nowMs);
}

/**
 * Whether the service would delete it for all. `members` is null where they are too many to be
 * known: whether their role is low enough is then left to the service.
 */
export function mayDelete(
  message: Message,
  members: readonly Member[] | null,
  viewer: Viewer,
  nowMs = Date.now(),
): boolean {
  if (message.deletedAt !== undefined) return false;
  // The window is for one’s own words; whoever keeps order in a group does so at any time.
  if (message.senderId === viewer.userId) {
    return !isOver(viewer.limits?.messageRecallWindowHours, message, nowMs);
  }
  if (!can(viewer.role, 'deleteOthersMessage')) return false;
  if (members === null) return true;
  // A sender who has left stands where every member begins.
  const sender = members.find(({ userId }) => userId === message.senderId);
  return outranks(viewer.role, sender?.role ?? 'member');
}
