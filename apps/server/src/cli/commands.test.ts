import { expect, test } from 'vitest';
import { commands } from './commands.ts';
import { ran } from './testing/ran.ts';

test('help lists every command, and each has a help text of its own', async () => {
  const { code, out } = await ran('help');
  expect(code).toBe(0);
  for (const name of Object.keys(commands)) expect(out.join('\n')).toContain(`  ${name} `);
  for (const name of ['token', 'keys', 'doctor']) {
    const asked = await ran(`help ${name}`);
    expect(asked.code).toBe(0);
    expect(asked.out[0]).toMatch(new RegExp(`^Usage: nova ${name}`));
    expect((await ran(`${name} --help`)).out).toEqual(asked.out);
    expect((await ran(`${name} -h`)).out).toEqual(asked.out);
  }
  expect((await ran('--help')).out).toEqual(out);
});

test('help texts fit a terminal of 100 columns', async () => {
  for (const line of ['help', 'help token', 'help keys', 'help doctor']) {
    const widths = (await ran(line)).out.flatMap((text) => text.split('\n').map((l) => l.length));
    expect(Math.max(...widths)).toBeLessThanOrEqual(100);
  }
});

test.each(['frobnicate', 'constructor', '__proto__'])('%s is no command', async (name) => {
  const { code, error, out } = await ran(name);
  expect(code).toBe(2);
  expect(error[0]).toContain(`unknown command "${name}"`);
  expect(out).toEqual([]);
});

test.each([
  ['token --bogus', "Unknown option '--bogus'"],
  ['token ana', "Unexpected argument 'ana'"],
  ['token --name', "Option '--name <value>' argument missing"],
  ['token', 'say for whom'],
  ['token --sub x', '--sub and --key go together'],
  ['token --name ana --ttl 1h', 'need --sub and --key'],
  ['keys', 'say what to do'],
  ['keys generate --alg HS256', '--alg: expected RS256, ES256, EdDSA'],
  ['doctor --fix', "Unknown option '--fix'"],
  ['help nothing', 'no help on nothing'],
])('%s ends with exit code 2 and says why', async (line, words) => {
  const { code, error, out } = await ran(line);
  expect(code).toBe(2);
  expect(error[0]).toContain(words);
  expect(error[1]).toMatch(/^See: nova help/);
  expect(out).toEqual([]);
});
