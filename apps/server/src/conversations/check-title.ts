import { limits } from '@nova/protocol/wire';
import { exceedsCodePoints } from '#messages/exceeds-code-points.js';
import { invalidField } from '../errors.ts';

/** The title as it is stored: trimmed, not empty, within its code points. */
export function checkTitle(title: string): string {
  const trimmed = title.trim();
  if (trimmed.length === 0) throw invalidField('title', 'a title that is not empty');
  if (exceedsCodePoints(trimmed, limits.titleCodePoints)) {
    throw invalidField('title', `at most ${limits.titleCodePoints} code points`);
  }
  return trimmed;
}
