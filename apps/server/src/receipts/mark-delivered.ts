import { defineHandler } from '#dispatch/handler.js';
import type { ReceiptWriter } from './receipt-writer.ts';

export const markDelivered = ({ receipts }: { readonly receipts: ReceiptWriter }) =>
  defineHandler('receipt.delivered', 'write', ({ userId }, input) =>
    receipts.mark({ ...input, userId, kind: 'delivered' }),
  );
