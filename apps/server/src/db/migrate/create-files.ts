import fs from 'node:fs/promises';
import path from 'node:path';

export interface CreateOptions {
  readonly directory: string;
  readonly extension: string;
  readonly title: string;
  /** Digits of the next number in line; undefined numbers the files by the time. */
  readonly sequenceDigits: number | undefined;
  readonly format: string;
  readonly timeZone: string;
  readonly now: Date;
}

/** Makes an empty up and down file and returns their absolute paths. */
export async function createFiles(options: CreateOptions): Promise<readonly string[]> {
  const directory = path.resolve(options.directory);
  const extension = options.extension.replace(/^\./, '');
  await fs.mkdir(directory, { recursive: true });
  const names = (await fs.readdir(directory)).filter((name) => name.endsWith(`.${extension}`));
  const version =
    options.sequenceDigits === undefined
      ? timeVersion(options)
      : nextInSequence(names.sort(), options.sequenceDigits);
  if (names.some((name) => name.startsWith(`${version}_`))) {
    throw new Error(`duplicate migration version: ${version}`);
  }
  const created = ['up', 'down'].map((direction) =>
    path.join(directory, `${version}_${options.title}.${direction}.${extension}`),
  );
  for (const file of created) await fs.writeFile(file, '', { flag: 'wx' });
  return created;
}

function nextInSequence(names: readonly string[], digits: number): string {
  if (digits < 1) throw new Error('digits must be positive');
  const last = names.at(-1);
  const number = last === undefined ? '0' : (/^([0-9]+)_/.exec(last)?.[1] ?? '');
  if (number === '') throw new Error(`malformed migration filename: ${last}`);
  const next = String(BigInt(number) + 1n).padStart(digits, '0');
  if (next.length > digits) {
    throw new Error(`next sequence number ${next} too large, at most ${digits} digits are allowed`);
  }
  return next;
}

function timeVersion({ now, format, timeZone }: CreateOptions): string {
  switch (format) {
    case 'unix':
      return String(Math.floor(now.getTime() / 1000));
    case 'unixNano':
      return String(BigInt(now.getTime()) * 1_000_000n);
    case '':
      return calendarDigits(now, timeZone);
    default:
      throw new Error(`format must be unix or unixNano: ${format}`);
  }
}

/** YYYYMMDDhhmmss; Swedish writes dates in that order. */
function calendarDigits(now: Date, timeZone: string): string {
  const written = now.toLocaleString('sv-SE', { timeZone, hourCycle: 'h23' });
  return written.replaceAll(/\D/g, '');
}
