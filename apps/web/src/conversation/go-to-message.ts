import type { LiveConversation } from '@nova/client';
import type { Message } from '@nova/protocol';

/** Pages that are loaded in search of a message before it is called too far away. */
const pagesMax = 40;

/** Scrolls to a message and gives it the focus, loading the history up to it. */
export async function goToMessage(live: LiveConversation, { id, seq }: Message): Promise<void> {
  for (let page = 0; page < pagesMax; page += 1) {
    const { messages, hasOlder } = live.getSnapshot();
    if ((messages[0]?.seq ?? 0) <= seq || !hasOlder) break;
    await live.loadOlder();
  }
  await new Promise(requestAnimationFrame);
  const row = document.querySelector<HTMLElement>(`[data-message="${CSS.escape(id)}"]`);
  if (row === null) throw new Error('That message is too far back.');
  row.scrollIntoView({ block: 'center' });
  row.focus({ preventScroll: true });
  row.classList.add('row-found');
  row.addEventListener('animationend', () => row.classList.remove('row-found'), { once: true });
}
