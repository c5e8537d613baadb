import { useCallback, useState } from 'preact/hooks';

/** What was begun in each conversation; it lives as long as the page. */
const drafts = new Map<string, string>();

export function useDraft(conversationId: string): readonly [string, (text: string) => void] {
  const [text, setText] = useState(drafts.get(conversationId) ?? '');
  const write = useCallback(
    (written: string): void => {
      setText(written);
      if (written === '') drafts.delete(conversationId);
      else drafts.set(conversationId, written);
    },
    [conversationId],
  );
  return [text, write];
}
