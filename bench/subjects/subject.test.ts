import { expect, test } from 'vitest';
import { split } from './subject.ts';

test('what a peer only starts is told apart from its database', () => {
  const tree = { own: 5, below: 1_000 };
  const service = { own: 600, below: 30 };
  expect(split(tree, service)).toEqual({ own: 630, below: 370 });
});
