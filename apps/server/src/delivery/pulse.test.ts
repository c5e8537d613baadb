import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Pulse } from './pulse.ts';

let pulse: Pulse;
let answering: boolean;
let said: string[];

beforeEach(() => {
  vi.useFakeTimers();
  answering = true;
  said = [];
  pulse = new Pulse({
    self: 'self',
    ping: () => {
      if (answering) pulse.heard('self');
    },
    onReachable: (reachable) => void said.push(reachable ? 'reachable' : 'away'),
    onSteady: (steady) => void said.push(steady ? 'steady' : 'unsteady'),
    onStale: () => void said.push('stale'),
    renewMs: 10_000,
  });
  pulse.start();
});
afterEach(() => {
  pulse.close();
  vi.useRealTimers();
});

test('hearing oneself is being reachable, at once', () => {
  expect(said).toEqual(['reachable', 'steady']);
  vi.advanceTimersByTime(60_000);
  expect(said).toEqual(['reachable', 'steady']);
});

test('a quarter of a second of silence is an absence, and the first answer ends it', () => {
  answering = false;
  vi.advanceTimersByTime(200);
  expect(said).toHaveLength(2);
  vi.advanceTimersByTime(200);
  expect(said.slice(2)).toEqual(['away', 'unsteady']);
  pulse.heard('self');
  expect(said.slice(4)).toEqual(['reachable', 'steady']);
});

test('a long silence calls for new connections, again and again', () => {
  answering = false;
  vi.advanceTimersByTime(25_000);
  expect(said.filter((one) => one === 'stale')).toHaveLength(2);
});

test('another node that falls silent is missed until it is forgotten', () => {
  pulse.heard('other');
  vi.advanceTimersByTime(400);
  expect(said).toHaveLength(2);
  vi.advanceTimersByTime(300);
  expect(said.slice(2)).toEqual(['unsteady']);
  vi.advanceTimersByTime(30_000);
  expect(said.slice(3)).toEqual(['steady']);
});

test('a node that said farewell is not missed', () => {
  pulse.heard('other');
  pulse.left('other');
  vi.advanceTimersByTime(60_000);
  expect(said).toEqual(['reachable', 'steady']);
});
