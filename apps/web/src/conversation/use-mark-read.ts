import type { ConversationView, LiveConversation } from '@nova/client';
import { useEffect } from 'preact/hooks';

/** What stands on a screen that somebody looks at has been read. */
export function useMarkRead(
  live: LiveConversation,
  view: ConversationView,
  inSight: boolean,
): void {
  useEffect(() => {
    if (!inSight) return;
    const look = (): void => {
      if (document.visibilityState === 'visible' && document.hasFocus()) live.markRead();
    };
    look();
    addEventListener('focus', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      removeEventListener('focus', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, [live, view.lastSeq, inSight]);
}
