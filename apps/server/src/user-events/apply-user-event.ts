import { revokeForEver, storeRevocation } from '#auth/revocation-store.js';
import { leaveEverything } from '#conversations/leave-everything.js';
import type { Database, Transaction } from '#db/database.js';
import type { Bus } from '#delivery/bus.js';
import { storeBlock } from '#users/block-store.js';
import { cleanName } from '#users/user-names.js';
import type { UserEvent } from './user-event.ts';
import { eraseUser, isNoted, noteEvent, storeDeletion, storeProfile } from './user-event-store.ts';

export interface UserEventDeps {
  readonly db: Database;
  readonly bus: Bus;
  /** Called after something was revoked. */
  readonly onRevoked: () => void;
}

/** Does what an event asks for, once however often it comes. */
export async function applyUserEvent(
  deps: UserEventDeps,
  event: UserEvent,
): Promise<'applied' | 'repeated'> {
  if (event.type === 'user.deleted') {
    if (await isNoted(deps.db, event.id)) return 'repeated';
    await beginDeletion(deps, event.userId, new Date(event.at));
  }
  const applied = await deps.db.transaction(async (tx) => {
    if (!(await noteEvent(tx, event.id))) return false;
    await write(tx, event);
    return true;
  });
  if (applied && event.type === 'session.revoked') deps.onRevoked();
  return applied ? 'applied' : 'repeated';
}

/** Each step may be done again: the event is noted after the last one. */
async function beginDeletion(deps: UserEventDeps, userId: string, at: Date): Promise<void> {
  await deps.db.transaction(async (tx) => {
    await storeDeletion(tx, userId, at);
    await revokeForEver(tx, userId);
  });
  deps.onRevoked();
  await leaveEverything(deps, userId);
}

async function write(tx: Transaction, event: UserEvent): Promise<void> {
  const at = new Date(event.at);
  const { userId } = event;
  switch (event.type) {
    case 'user.profileUpdated': {
      const name = event.name === undefined ? '' : cleanName(event.name);
      const { avatarUrl } = event;
      return storeProfile(tx, { userId, name: name === '' ? undefined : name, avatarUrl, at });
    }
    case 'user.blocked':
    case 'user.unblocked': {
      const lifted = event.type === 'user.unblocked';
      return storeBlock(tx, { blockerId: userId, blockedId: event.blockedId, at, lifted });
    }
    case 'session.revoked': {
      const issuedBefore = new Date(event.issuedBefore ?? event.at);
      const { tokenId = '', tokenExpiresAt } = event;
      const expiry = tokenExpiresAt === undefined ? {} : { expiresAt: new Date(tokenExpiresAt) };
      return storeRevocation(tx, { userId, tokenId, issuedBefore, ...expiry });
    }
    case 'user.deleted':
      return eraseUser(tx, userId);
  }
}
