import { signal } from '@preact/signals';

/** What a screen reader says next, without moving from where its user is. */
export const announcement = signal('');

export function announce(words: string): void {
  // The same words again would be no change, and nothing would be said.
  announcement.value = announcement.value === words ? `${words}\u00a0` : words;
}
