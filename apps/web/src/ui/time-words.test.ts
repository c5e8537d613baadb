import { expect, it } from 'vitest';
import { dayWords, shortTime } from './time-words.ts';

const now = new Date(2026, 4, 20, 0, 30);
const day = (date: number, month = 4, year = 2026): string =>
  new Date(year, month, date, 23, 50).toISOString();

it('a day is told by how far it is, counted in midnights', () => {
  expect(dayWords(now.toISOString(), now)).toBe('Today');
  expect(dayWords(day(19), now)).toBe('Yesterday');
  expect(dayWords(day(17), now)).toBe('Sunday');
  expect(dayWords(day(3), now)).toMatch(/^(3 May|May 3)$/);
  expect(dayWords(day(3, 4, 2025), now)).toMatch(/2025/);
});

it('the inbox shows the time of today and the day of everything else', () => {
  expect(shortTime(now.toISOString(), now)).toMatch(/30/);
  expect(shortTime(day(19), now)).toBe('Yesterday');
  expect(shortTime(day(3), now)).toMatch(/^(3 May|May 3)$/);
});
