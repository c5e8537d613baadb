import { type RunningNode, type TestSocket, type TestUser, until } from '@nova/dev-env';

/** On a busy machine a node takes its own silence of a quarter of a second for one of Redis. */
const seenWithinMs = 40_000;

/** Waits until every node says of Redis that it is reachable, or that it is not. */
export const redisSeen = (nodes: readonly RunningNode[], reachable: boolean): Promise<boolean> =>
  until(
    `every node to see that Redis is ${reachable ? 'there' : 'away'}`,
    async () => {
      const seen = await Promise.all(nodes.map((node) => node.metric('bus_reachable')));
      return seen.every((value) => value === (reachable ? 1 : 0));
    },
    seenWithinMs,
  );

/**
 * Sends one message after another and resolves, once all have arrived, with how long each took from
 * its acknowledgement to its event on another socket, milliseconds.
 */
export async function crossings(
  count: number,
  from: TestUser,
  to: TestSocket,
  conversationId: string,
): Promise<readonly number[]> {
  const waiting: Promise<number>[] = [];
  for (let sent = 0; sent < count; sent++) {
    const { id } = await from.say(conversationId, 'across');
    const acknowledged = performance.now();
    const arrival = to.expect('message.created', ({ data }) => data.id === id);
    waiting.push(arrival.then(() => performance.now() - acknowledged));
  }
  return Promise.all(waiting);
}

/** The value below which that share of all lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
