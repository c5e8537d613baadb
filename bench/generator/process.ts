// A generator process: takes orders from the harness over IPC and ends with it.
import { Foreman } from './foreman.ts';
import type { AnswerMessage, OrderMessage } from './orders.ts';

const foreman = new Foreman();

async function obey({ id, name, input }: OrderMessage): Promise<AnswerMessage> {
  try {
    const handle = foreman[name].bind(foreman) as (input: unknown) => unknown;
    return { id, output: await handle(input) };
  } catch (error) {
    return { id, error: String(error) };
  }
}

process.on('message', (order: OrderMessage) => {
  void obey(order).then((answer) => process.send?.(answer));
});
process.on('disconnect', () => process.exit(0));
