import { limits } from '@nova/protocol/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkText } from './check-text.ts';
import { exceedsCodePoints } from './exceeds-code-points.ts';

const refusal = (code: string) => expect.objectContaining({ code });

describe('a text', () => {
  it('is trimmed and must not be empty', () => {
    expect(checkText(' \n hi there \t', 100)).toBe('hi there');
    for (const empty of ['', ' ', '\n\t\u3000']) {
      expect(() => checkText(empty, 100)).toThrow(
        expect.objectContaining({
          code: 'invalidRequest',
          details: [{ field: 'text', expected: 'a text that is not empty' }],
        }),
      );
    }
  });

  it('is counted in code points, after trimming', () => {
    expect(checkText('🦊'.repeat(10), 10)).toBe('🦊'.repeat(10));
    expect(checkText(` ${'a'.repeat(10)} `, 10)).toBe('a'.repeat(10));
    expect(() => checkText('🦊'.repeat(11), 10)).toThrow(refusal('messageTooLong'));
    expect(() => checkText('a'.repeat(11), 10)).toThrow(/at most 10 code points/);
  });

  it('is bounded in bytes too', () => {
    const most = 'é'.repeat(limits.messageTextBytes / 2);
    expect(checkText(most, 1_000_000)).toBe(most);
    expect(() => checkText(`${most}a`, 1_000_000)).toThrow(/at most 65536 bytes/);
    expect(() => checkText(`${most}a`, 1_000_000)).toThrow(refusal('messageTooLong'));
  });
});

it('counting short cuts agree with counting', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat({ max: 20 }), (text, max) => {
      expect(exceedsCodePoints(text, max)).toBe([...text].length > max);
    }),
  );
});
