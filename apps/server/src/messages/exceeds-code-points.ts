/** Whether a text has more than `max` code points, without walking through it where length tells. */
export function exceedsCodePoints(text: string, max: number): boolean {
  if (text.length <= max) return false;
  // Two code units make one code point at most.
  if (text.length > max * 2) return true;
  let count = 0;
  for (const _ of text) {
    count += 1;
    if (count > max) return true;
  }
  return false;
}
