import type { Member } from '@nova/protocol';

/** Members in the order of their ids, so that one of them is found and replaced cheaply. */
export type Members = readonly Member[];

export const sortMembers = (members: readonly Member[]): Members =>
  [...members].sort((a, b) => (a.userId < b.userId ? -1 : 1));

export function findMember(members: Members, userId: string): Member | undefined {
  const member = members[place(members, userId)];
  return member?.userId === userId ? member : undefined;
}

/** Adds a member, or puts the new state in the place of the old one; markers never move back. */
export function putMember(members: Members, member: Member): Members {
  const at = place(members, member.userId);
  const known = members[at];
  if (known?.userId !== member.userId) return members.toSpliced(at, 0, member);
  const replaced = members.with(at, member);
  // Who left and came back begins anew.
  if (known.joinedAt !== member.joinedAt) return replaced;
  const { userId, lastReadSeq = 0, lastDeliveredSeq = 0 } = known;
  return moveMarkers(replaced, userId, lastReadSeq, lastDeliveredSeq);
}

export const dropMember = (members: Members, userId: string): Members =>
  members.filter((member) => member.userId !== userId);

/** Moves markers forward; the same list where nothing moved. */
export function moveMarkers(
  members: Members,
  userId: string,
  readSeq: number,
  deliveredSeq: number,
): Members {
  const at = place(members, userId);
  const member = members[at];
  if (member === undefined || member.userId !== userId) return members;
  const lastReadSeq = Math.max(member.lastReadSeq ?? 0, readSeq);
  const lastDeliveredSeq = Math.max(member.lastDeliveredSeq ?? 0, deliveredSeq);
  if (lastReadSeq === member.lastReadSeq && lastDeliveredSeq === member.lastDeliveredSeq) {
    return members;
  }
  return members.with(at, { ...member, lastReadSeq, lastDeliveredSeq });
}

function place(members: Members, userId: string): number {
  let low = 0;
  let high = members.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((members[middle]?.userId ?? '') < userId) low = middle + 1;
    else high = middle;
  }
  return low;
}
