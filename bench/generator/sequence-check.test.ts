import { expect, test } from 'vitest';
import { SequenceCheck } from './sequence-check.ts';

function check(sent: number, seqs: readonly number[], firstSeq = 1) {
  const sequence = new SequenceCheck(firstSeq);
  for (const seq of seqs) sequence.take(seq);
  return {
    lost: sequence.lost(sent),
    duplicated: sequence.repeated(sent),
    outOfOrder: sequence.outOfOrder,
  };
}

test.each([
  { name: 'in order', sent: 3, seqs: [1, 2, 3], lost: 0, duplicated: 0, outOfOrder: 0 },
  { name: 'the beginning missing', sent: 3, seqs: [2, 3], lost: 1, duplicated: 0, outOfOrder: 0 },
  { name: 'the first one late', sent: 2, seqs: [2, 1], lost: 0, duplicated: 0, outOfOrder: 1 },
  { name: 'a gap', sent: 4, seqs: [1, 2, 4], lost: 1, duplicated: 0, outOfOrder: 0 },
  { name: 'the end missing', sent: 3, seqs: [1, 2], lost: 1, duplicated: 0, outOfOrder: 0 },
  { name: 'nothing at all', sent: 2, seqs: [], lost: 2, duplicated: 0, outOfOrder: 0 },
  { name: 'swapped', sent: 3, seqs: [1, 3, 2], lost: 0, duplicated: 0, outOfOrder: 1 },
  { name: 'repeated', sent: 2, seqs: [1, 2, 2, 1], lost: 0, duplicated: 2, outOfOrder: 0 },
  { name: 'late and repeated', sent: 3, seqs: [1, 3, 2, 2], lost: 0, duplicated: 1, outOfOrder: 1 },
  {
    name: 'a loss hidden by a repeat',
    sent: 3,
    seqs: [1, 3, 3],
    lost: 1,
    duplicated: 1,
    outOfOrder: 0,
  },
])('$name', ({ sent, seqs, lost, duplicated, outOfOrder }) => {
  expect(check(sent, seqs)).toEqual({ lost, duplicated, outOfOrder });
});

test('while what was missed is on its way, what is new may overtake it', () => {
  const sequence = new SequenceCheck(1);
  sequence.take(1);
  sequence.beginResume();
  for (const seq of [4, 2, 3, 4]) sequence.take(seq);
  sequence.endResume();
  for (const seq of [4, 6, 5]) sequence.take(seq);
  expect(sequence).toMatchObject({ received: 6, duplicated: 0, outOfOrder: 1 });
});

test('goes on from where a conversation was', () => {
  expect(check(2, [8, 9], 8)).toEqual({ lost: 0, duplicated: 0, outOfOrder: 0 });
});

test.each([
  { name: 'nothing known', sent: 3, orders: [0, 0, 0], lost: 0, duplicated: 0, outOfOrder: 0 },
  { name: 'too many', sent: 1, orders: [0, 0], lost: 0, duplicated: 1, outOfOrder: 0 },
  { name: 'growing', sent: 3, orders: [5, 0, 70], lost: 0, duplicated: 0, outOfOrder: 0 },
  { name: 'overtaken', sent: 3, orders: [5, 70, 6], lost: 0, duplicated: 0, outOfOrder: 1 },
  { name: 'again at once', sent: 2, orders: [5, 5], lost: 1, duplicated: 1, outOfOrder: 0 },
  { name: 'again later', sent: 2, orders: [5, 70, 5], lost: 0, duplicated: 1, outOfOrder: 1 },
])('without numbers: $name', ({ name: _, sent, orders, ...expected }) => {
  const sequence = new SequenceCheck(1);
  for (const order of orders) sequence.takeUnnumbered(order);
  expect({
    lost: sequence.lost(sent),
    duplicated: sequence.repeated(sent),
    outOfOrder: sequence.outOfOrder,
  }).toEqual(expected);
});
