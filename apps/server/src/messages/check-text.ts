import { limits } from '@nova/protocol/wire';
import { invalidField, NovaError } from '../errors.ts';
import { exceedsCodePoints } from './exceeds-code-points.ts';

/** The text as it is stored: trimmed, not empty, within its code points and bytes. */
export function checkText(text: string, maxCodePoints: number): string {
  const trimmed = text.trim();
  if (trimmed.length === 0) throw invalidField('text', 'a text that is not empty');
  if (exceedsCodePoints(trimmed, maxCodePoints)) {
    throw tooLong(`at most ${maxCodePoints} code points`);
  }
  // One code unit takes three bytes of UTF-8 at most.
  if (
    trimmed.length * 3 > limits.messageTextBytes &&
    Buffer.byteLength(trimmed) > limits.messageTextBytes
  ) {
    throw tooLong(`at most ${limits.messageTextBytes} bytes of UTF-8`);
  }
  return trimmed;
}

function tooLong(expected: string): NovaError {
  return new NovaError('messageTooLong', `text: expected ${expected}`, {
    details: [{ field: 'text', expected }],
  });
}
