import type { Presence } from '@nova/protocol';
import { useEffect } from 'preact/hooks';
import { useSession } from '../session/session.ts';
import { useSnapshot } from '../ui/use-snapshot.ts';

/** Whether somebody is there, followed as long as it is shown; null while that is not known. */
export function usePresence(userId: string | null): Presence | null {
  const { presence } = useSession().nova;
  const { users } = useSnapshot(presence);
  useEffect(() => (userId === null ? undefined : presence.watch([userId])), [presence, userId]);
  return userId === null ? null : (users.get(userId) ?? null);
}
