import type { Presence } from '@nova/protocol';
import { dayWords, shortTime } from '../ui/time-words.ts';

/** `Online`, `Seen recently`, `Last seen 14:03`; nothing of what is not known. */
export function presenceWords(presence: Presence | null): string {
  switch (presence?.state) {
    case 'online':
      return 'Online';
    case 'recently':
      return 'Seen recently';
    case 'offline': {
      const { lastSeenAt } = presence;
      if (lastSeenAt === undefined) return '';
      const today = dayWords(lastSeenAt) === 'Today';
      return `Last seen ${today ? `at ${shortTime(lastSeenAt)}` : dayWords(lastSeenAt)}`;
    }
    case undefined:
      return '';
  }
}
