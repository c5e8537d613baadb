import { describe, expect, it } from 'vitest';
import { parseFlags, UsageError } from './flags.ts';

const types = { path: 'text', n: 'count', f: 'switch' } as const;

describe('parseFlags', () => {
  it('reads every spelling and stops at the first other word', () => {
    const flags = parseFlags(['-path', 'a', '--n=3', '-f', 'up', '-f=false'], types);
    expect(flags.text('path')).toBe('a');
    expect(flags.count('n')).toBe(3);
    expect(flags.switch('f')).toBe(true);
    expect(flags.rest).toEqual(['up', '-f=false']);
  });

  it('keeps equal signs in a value, and unset flags unset', () => {
    const flags = parseFlags(['-path=a?b=c', '--', '-1'], types);
    expect(flags.text('path')).toBe('a?b=c');
    expect(flags.count('n')).toBeUndefined();
    expect(flags.switch('f')).toBe(false);
    expect(flags.rest).toEqual(['-1']);
  });

  it.each([[['-x']], [['-path']], [['-n', 'many']], [['-f=perhaps']]])('refuses %j', (args) => {
    expect(() => parseFlags(args, types)).toThrow(UsageError);
  });
});
