import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFiles } from './create-files.ts';

let directory: string;
beforeEach(() => {
  directory = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'nova-create-')), 'migrations');
});
afterEach(() => fs.rmSync(path.dirname(directory), { recursive: true }));

async function create(title: string, options: Partial<Parameters<typeof createFiles>[0]> = {}) {
  const files = await createFiles({
    directory,
    title,
    extension: 'sql',
    sequenceDigits: 6,
    format: '',
    timeZone: 'UTC',
    now: new Date('2031-02-03T23:05:06Z'),
    ...options,
  });
  return files.map((file) => path.basename(file));
}

describe('createFiles', () => {
  it('numbers in sequence', async () => {
    expect(await create('first')).toEqual(['000001_first.up.sql', '000001_first.down.sql']);
    expect(await create('second', { extension: '.sql' })).toEqual([
      '000002_second.up.sql',
      '000002_second.down.sql',
    ]);
    expect(fs.readdirSync(directory)).toHaveLength(4);
  });

  it('numbers by the time, in a time zone or as Unix time', async () => {
    const byTime = { sequenceDigits: undefined };
    expect(await create('utc', byTime)).toContain('20310203230506_utc.up.sql');
    expect(await create('tokyo', { ...byTime, timeZone: 'Asia/Tokyo' })).toContain(
      '20310204080506_tokyo.up.sql',
    );
    expect(await create('unix', { ...byTime, format: 'unix' })).toContain('1927926306_unix.up.sql');
    await expect(create('again', byTime)).rejects.toThrow('duplicate migration version');
  });

  it('refuses numbers that do not fit and names it cannot continue', async () => {
    fs.mkdirSync(directory);
    fs.writeFileSync(path.join(directory, '9_last.up.sql'), '');
    await expect(create('next', { sequenceDigits: 1 })).rejects.toThrow('at most 1 digits');
    fs.writeFileSync(path.join(directory, 'zero.sql'), '');
    await expect(create('next')).rejects.toThrow('malformed migration filename: zero.sql');
  });
});
