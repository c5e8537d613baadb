import { expect, test } from 'vitest';
import { ByteSearch, readNumber, startsWith } from './byte-search.ts';

const search = (needle: string) => {
  const field = new ByteSearch(needle);
  return (text: string) => {
    const bytes = Buffer.from(`before${text}"seq":999`);
    const at = field.after(bytes, 6, 6 + Buffer.byteLength(text));
    return at < 0 ? undefined : readNumber(bytes, at);
  };
};

test('finds a field wherever it moves to, and never outside of its frame', () => {
  const seq = search('"seq":');
  expect(seq('{"pos":9,"seq":1}')).toBe(1);
  expect(seq('{"pos":10,"seq":22}')).toBe(22);
  expect(seq('{"pos":100000,"seq":333}')).toBe(333);
  expect(seq('{"seq":4}')).toBe(4);
  expect(seq('{"pos":9}')).toBeUndefined();
  expect(seq('')).toBeUndefined();
});

test('compares the beginning of a frame', () => {
  const bytes = Buffer.from('42["message.created"');
  expect(startsWith(bytes, 0, Buffer.from('42["message'))).toBe(true);
  expect(startsWith(bytes, 1, Buffer.from('42'))).toBe(false);
  expect(startsWith(bytes, 18, Buffer.from('d"and more'))).toBe(false);
});
