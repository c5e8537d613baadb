import type { LiveConversation } from '@nova/client';
import type { Message } from '@nova/protocol';
import { useEffect, useState } from 'preact/hooks';
import { useSession } from '../session/session.ts';

/** A message of a conversation, asked for where it is not among the loaded ones. */
export function useMessage(live: LiveConversation, messageId: string): Message | null {
  const { nova } = useSession();
  const loaded = live.getSnapshot().messages.find(({ id }) => id === messageId) ?? null;
  const [asked, setAsked] = useState<Message | null>(null);
  const missing = loaded === null;
  useEffect(() => {
    if (!missing) return;
    let gone = false;
    nova.request('message.get', { conversationId: live.id, messageId }).then(
      (message) => gone || setAsked(message),
      // Without the message the quote stays empty; the answer is readable all the same.
      () => {},
    );
    return () => {
      gone = true;
    };
  }, [nova, live, messageId, missing]);
  return loaded ?? asked;
}
