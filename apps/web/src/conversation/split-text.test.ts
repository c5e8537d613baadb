import { describe, expect, it } from 'vitest';
import { isEmojiOnly, splitText } from './split-text.ts';

const links = (text: string): readonly (string | null)[] =>
  splitText(text).flatMap(({ href }) => (href === null ? [] : [href]));

describe('addresses in a text', () => {
  it.each([
    ['see https://a.example/x.', ['https://a.example/x']],
    ['(http://a.example/y)', ['http://a.example/y']],
    ['https://a.example/wiki/Nova_(star)', ['https://a.example/wiki/Nova_(star)']],
    [
      'https://a.example/?q=1&r=2, https://b.example!',
      ['https://a.example/?q=1&r=2', 'https://b.example/'],
    ],
    ['javascript:alert(1) data:text/html,x ftp://a.example file:///etc', []],
    ['https://"onmouseover="alert(1)', []],
    ['https://a.example/"onmouseover="x', ['https://a.example/']],
  ])('%s', (text, expected) => {
    expect(links(text)).toEqual(expected);
  });

  it('nothing of the text is lost', () => {
    const text = 'a https://a.example/x, b (https://b.example) c';
    expect(
      splitText(text)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
  });
});

it.each([
  ['🎉', true],
  ['👩‍👩‍👧 👍🏽', true],
  ['❤️ 🇨🇭', true],
  ['🎉🎉🎉🎉', false],
  ['hi 🎉', false],
  ['1', false],
  ['', false],
])('%j is emoji alone: %s', (text, expected) => {
  expect(isEmojiOnly(text)).toBe(expected);
});
