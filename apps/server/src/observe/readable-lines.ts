// Turns the logger's JSON lines into lines for a person at a terminal.
import { styleText } from 'node:util';

interface Output {
  write(text: string): unknown;
}

type Style = Parameters<typeof styleText>[0];

const styles: Readonly<Record<string, Style>> = {
  trace: 'gray',
  debug: 'gray',
  info: 'green',
  warn: 'yellow',
  error: 'red',
  fatal: ['bold', 'red'],
};

export function readableLines(output: Output): { write(line: string): void } {
  return { write: (line) => void output.write(readableLine(line)) };
}

export function readableLine(line: string): string {
  const { time, level, msg, error, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const clock = typeof time === 'string' ? time.slice(11, 23) : '';
  const word = String(level);
  const fields = Object.entries(rest).map(([name, value]) => `${name}=${short(value)}`);
  const head = [
    styleText('gray', clock),
    styleText(styles[word] ?? 'white', word.padEnd(5)),
    String(msg ?? ''),
    ...(fields.length > 0 ? [styleText('gray', fields.join(' '))] : []),
  ].join(' ');
  return `${head}\n${error === undefined ? '' : `${indented(error)}\n`}`;
}

function short(value: unknown): string {
  return typeof value === 'string' && !value.includes(' ') ? value : JSON.stringify(value);
}

function indented(error: unknown): string {
  return textOf(error).replace(/^/gm, '    ');
}

function textOf(error: unknown): string {
  const { stack, name, message, code } = error as Readonly<Record<string, unknown>>;
  if (typeof stack === 'string') return stack;
  // Where several addresses were tried, the failure of all has a code and no message.
  return typeof name === 'string' ? `${name}: ${message || code}` : JSON.stringify(error);
}
