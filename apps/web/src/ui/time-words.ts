const dayMs = 86_400_000;

// The words around them are English; whether a day has two halves is the reader's own habit.
const locale = navigator.language.startsWith('en') ? navigator.language : 'en-GB';
const clock = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long' });
const shortDate = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
const longDate = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long' });
const withYear = new Intl.DateTimeFormat(locale, { dateStyle: 'long' });
const full = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' });

export const clockTime = (iso: string): string => clock.format(new Date(iso));
/** `3 May 2026` */
export const dateWords = (iso: string): string => withYear.format(new Date(iso));
export const fullTime = (iso: string): string => full.format(new Date(iso));

/** Midnights between then and now, in the reader's own time zone. */
function daysAgo(then: Date, now: Date): number {
  const midnight = (at: Date): number => new Date(at).setHours(0, 0, 0, 0);
  return Math.round((midnight(now) - midnight(then)) / dayMs);
}

/** `Today`, `Yesterday`, `Monday`, `3 May`, `3 May 2025`. */
export function dayWords(iso: string, now = new Date()): string {
  const then = new Date(iso);
  const days = daysAgo(then, now);
  if (days <= 0) return 'Today';
  if (days === 1) return 'Yesterday';
  if (days < 7) return weekday.format(then);
  return (then.getFullYear() === now.getFullYear() ? longDate : withYear).format(then);
}

/** As short as a line of the inbox needs it: `14:03`, `Yesterday`, `Monday`, `3 May`. */
export function shortTime(iso: string, now = new Date()): string {
  const days = daysAgo(new Date(iso), now);
  if (days <= 0) return clockTime(iso);
  return days < 7 ? dayWords(iso, now) : shortDate.format(new Date(iso));
}
