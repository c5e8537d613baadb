import type { LiveConversation } from '@nova/client';
import { useCallback, useRef, useState } from 'preact/hooks';

/** Loads the page before the oldest message, one at a time; a failure is tried at the next call. */
export function useOlder(live: LiveConversation): readonly [boolean, () => void] {
  const [loading, setLoading] = useState(false);
  const underWay = useRef(false);
  const load = useCallback(() => {
    if (underWay.current) return;
    underWay.current = true;
    setLoading(true);
    const end = (): void => {
      underWay.current = false;
      setLoading(false);
    };
    live.loadOlder().then(end, end);
  }, [live]);
  return [loading, load];
}
