import { useEffect } from 'preact/hooks';
import { useSession } from '../session/session.ts';
import { useSnapshot } from '../ui/use-snapshot.ts';

/** `(3) Nova` in the tab while messages wait. */
export function useUnreadTitle(): void {
  const inbox = useSnapshot(useSession().nova.conversations);
  const unread = inbox.reduce((sum, { unreadCount }) => sum + unreadCount, 0);
  useEffect(() => {
    document.title = unread === 0 ? 'Nova' : `(${unread}) Nova`;
    return () => {
      document.title = 'Nova';
    };
  }, [unread]);
}
