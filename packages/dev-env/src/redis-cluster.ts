import { freePort, startRedis, type TestRedis } from './redis-server.ts';
import { until } from './until.ts';

/** A Redis Cluster of three masters without replicas. */
export interface TestRedisCluster extends AsyncDisposable {
  readonly url: string;
  readonly nodes: readonly TestRedis[];
  close(): Promise<void>;
}

const slots = [
  [0, 5_460],
  [5_461, 10_922],
  [10_923, 16_383],
] as const;

export async function startRedisCluster(): Promise<TestRedisCluster> {
  const buses = await Promise.all(slots.map(() => freePort()));
  const nodes = await Promise.all(
    buses.map((bus) =>
      startRedis({
        settings: [
          ...['--cluster-enabled', 'yes', '--cluster-port', String(bus)],
          ...['--cluster-node-timeout', '2000', '--cluster-require-full-coverage', 'no'],
        ],
      }),
    ),
  );
  const close = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.close()));
  };
  const [first] = nodes;
  await Promise.all(
    slots.map(([from, to], index) =>
      nodes[index]?.command('cluster', 'addslotsrange', String(from), String(to)),
    ),
  );
  for (const [index, node] of nodes.entries()) {
    const bus = String(buses[index]);
    await first?.command('cluster', 'meet', '127.0.0.1', String(node.port), bus);
  }
  await until('the cluster to be whole', async () => {
    const states = await Promise.all(nodes.map((node) => node.command('cluster', 'info')));
    return states.every(
      (state) => state.includes('cluster_state:ok') && state.includes('cluster_known_nodes:3'),
    );
  });
  return {
    url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    nodes,
    close,
    [Symbol.asyncDispose]: close,
  };
}
