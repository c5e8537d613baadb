import { markDelivered } from './mark-delivered.ts';
import { markRead } from './mark-read.ts';
import type { ReceiptWriter } from './receipt-writer.ts';

export interface ReceiptDeps {
  readonly receipts: ReceiptWriter;
}

export const receiptHandlers = (deps: ReceiptDeps) => [markRead(deps), markDelivered(deps)];
