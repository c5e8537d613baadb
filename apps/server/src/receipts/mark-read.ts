import { defineHandler } from '#dispatch/handler.js';
import type { ReceiptWriter } from './receipt-writer.ts';

export const markRead = ({ receipts }: { readonly receipts: ReceiptWriter }) =>
  defineHandler('receipt.read', 'write', ({ userId }, input) =>
    receipts.mark({ ...input, userId, kind: 'read' }),
  );
