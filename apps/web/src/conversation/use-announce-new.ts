import type { ConversationView } from '@nova/client';
import { useEffect, useRef } from 'preact/hooks';
import { useNames } from '../people/use-names.ts';
import { useSession } from '../session/session.ts';
import { announce } from '../shell/announcer.ts';

/** Reads out what others say while the conversation is open. */
export function useAnnounceNew({ messages, lastSeq }: ConversationView, ready: boolean): void {
  const { userId } = useSession();
  const nameOf = useNames();
  const heardSeq = useRef(ready ? lastSeq : null);
  useEffect(() => {
    if (!ready) return;
    const from = heardSeq.current ?? lastSeq;
    heardSeq.current = lastSeq;
    const heard = messages.filter(({ seq, senderId }) => seq > from && senderId !== userId);
    const words = heard.map(({ senderId, text = '' }) => `${nameOf(senderId)}: ${text}`);
    if (words.length > 0) announce(words.join('. '));
  }, [lastSeq, ready]);
}
