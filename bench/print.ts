import type { Outcome } from './outcome.ts';
import { notes } from './subjects/notes.ts';

/** One line for programs. */
export function jsonLine(outcome: Outcome): string {
  return JSON.stringify(outcome, (_, value: unknown) =>
    typeof value === 'number' ? rounded(value) : value,
  );
}

/** Name and figure, one to a line, for people; and how to read a peer's. */
export function listing(outcome: Outcome): string {
  const figures = Object.entries(JSON.parse(jsonLine(outcome)) as object).map(
    ([name, value]) => `${name.padEnd(30)} ${show(value)}`,
  );
  const { subject } = outcome;
  const note = subject === 'nova' || subject === 'ws-broadcast' ? [] : ['', notes[subject]];
  return [...figures, ...note].join('\n');
}

/** Four digits are more than a shared machine can repeat; counts keep all of theirs. */
export function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}

function show(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
