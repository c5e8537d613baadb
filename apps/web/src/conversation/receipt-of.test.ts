import type { Member } from '@nova/protocol';
import { expect, it } from 'vitest';
import { receiptOf } from './receipt-of.ts';

const member = (userId: string, lastReadSeq: number, lastDeliveredSeq: number): Member => ({
  userId,
  role: 'member',
  joinedAt: '',
  lastReadSeq,
  lastDeliveredSeq,
});
const me = member('me', 9, 9);

it('tells the least that holds for all others', () => {
  const others = [member('a', 2, 3), member('b', 1, 2)];
  const receipts = [1, 2, 3].map((seq) => receiptOf(seq, [me, ...others], 'me'));
  expect(receipts).toEqual(['read', 'delivered', 'sent']);
});

it('knows nothing of conversations without others or with too many', () => {
  expect(receiptOf(1, [me], 'me')).toBe('sent');
  expect(receiptOf(1, null, 'me')).toBe('sent');
});
