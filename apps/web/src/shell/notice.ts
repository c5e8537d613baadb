import { signal } from '@preact/signals';

/** Something that went wrong, shown for a while. */
export const notice = signal<string | null>(null);

const shownMs = 6_000;
let hide: ReturnType<typeof setTimeout> | undefined;

export function show(words: string): void {
  notice.value = words;
  clearTimeout(hide);
  hide = setTimeout(() => {
    notice.value = null;
  }, shownMs);
}

/** Runs something a person asked for; what goes wrong is shown in words. */
export function attempt(promise: Promise<unknown>): void {
  promise.catch((error: unknown) => show(wordsOf(error)));
}

export const wordsOf = (error: unknown): string => {
  const words = error instanceof Error ? error.message : String(error);
  return words.charAt(0).toUpperCase() + words.slice(1);
};
