import { expect, test } from 'vitest';
import { nothingSent, type Outcome } from './outcome.ts';
import { listing } from './print.ts';
import { resultsPage } from './results.ts';
import { notes } from './subjects/notes.ts';

const outcome: Outcome = {
  scenario: 'send',
  subject: 'ejabberd',
  commit: 'abc',
  seconds: 1,
  sendsPerSecond: 1_234,
  ...nothingSent,
};
const run = { command: 'npm run bench -- send', outcome, failure: undefined };
const page = (reasons: readonly string[]): string =>
  resultsPage(
    [run],
    reasons.map((reason) => ({ subject: 'ejabberd', reason })),
    'abc',
    new Date(0),
  );

test('says what stands behind the figures of each, and which peer was left out', () => {
  for (const note of Object.values(notes)) expect(page([])).toContain(note);
  expect(page([])).not.toContain('Left out');
  expect(page(['It is not installed.'])).toContain('Left out: ejabberd. It is not installed.');
});

test('a single run of a peer is printed with the same words', () => {
  expect(listing(outcome)).toMatch(/^sendsPerSecond +1234$/m);
  expect(listing(outcome)).toContain(notes.ejabberd);
  expect(listing({ ...outcome, subject: 'nova' })).not.toContain(notes.nova);
});
