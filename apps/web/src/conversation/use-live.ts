import { type LiveConversation, NovaClientError } from '@nova/client';
import { useEffect, useState } from 'preact/hooks';
import { useSession } from '../session/session.ts';
import { useSnapshot } from '../ui/use-snapshot.ts';

/** `loading` until its newest messages are there; `missing` when it is not for this user. */
export type LiveState = 'loading' | 'ready' | 'missing';

/** Keeps a conversation open while it is shown; what failed is tried with the next connection. */
export function useLive(conversationId: string): readonly [LiveConversation | null, LiveState] {
  const { nova } = useSession();
  const { online } = useSnapshot(nova.connection);
  const [live, setLive] = useState(() => nova.conversations.get(conversationId) ?? null);
  const [state, setState] = useState<LiveState>('loading');
  const [release, setRelease] = useState<(() => void) | null>(null);
  useEffect(() => {
    if (state === 'ready' || !online) return;
    let left = false;
    const open = async (): Promise<void> => {
      const found = await nova.conversations.load(conversationId);
      if (left) return;
      setLive(found);
      const close = await found.open();
      if (left) return close();
      setRelease(() => close);
      setState('ready');
    };
    open().catch((error: unknown) => {
      const final = error instanceof NovaClientError && error.code === 'notFound';
      if (final && !left) setState('missing');
    });
    return () => {
      left = true;
    };
  }, [nova, conversationId, online, state]);
  useEffect(() => () => release?.(), [release]);
  return [live, state];
}
