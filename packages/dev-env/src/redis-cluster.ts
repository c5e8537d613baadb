import { freePort } from '@nova/test-kafka';
import { startRedis, type TestRedis } from './redis-server.ts';
import { until } from './until.ts';

/** A Redis Cluster of three masters. */
export interface TestRedisCluster extends AsyncDisposable {
  readonly url: string;
  readonly nodes: readonly TestRedis[];
  /** Gives the slot of a key or channel to the next of the masters. */
  move(key: string): Promise<void>;
  /** Kills a master; resolves when its replica has taken its place. */
  failOver(master: number): Promise<void>;
  close(): Promise<void>;
}

const slots = [
  [0, 5_460],
  [5_461, 10_922],
  [10_923, 16_383],
] as const;

interface ClusterNode {
  readonly redis: TestRedis;
  readonly bus: string;
}

export interface TestRedisClusterOptions {
  /** Every master has a replica. */
  readonly replicas?: boolean;
}

export async function startRedisCluster({
  replicas: replicated = false,
}: TestRedisClusterOptions = {}): Promise<TestRedisCluster> {
  const open = async (): Promise<ClusterNode> => {
    const bus = String(await freePort());
    const redis = await startRedis({
      settings: [
        ...['--cluster-enabled', 'yes', '--cluster-port', bus],
        ...['--cluster-node-timeout', '2000', '--cluster-require-full-coverage', 'no'],
        // However long a busy machine kept it from hearing its master.
        ...['--cluster-replica-validity-factor', '0'],
      ],
    });
    return { redis, bus };
  };
  const opened = await Promise.all(slots.map(open));
  const openedReplicas = replicated ? await Promise.all(slots.map(open)) : [];
  const nodes = opened.map(({ redis }) => redis);
  const replicas = openedReplicas.map(({ redis }) => redis);
  const all = [...nodes, ...replicas];
  const close = async (): Promise<void> => {
    await Promise.all(all.map((node) => node.close()));
  };
  const [first] = nodes;
  await Promise.all(
    slots.map(([from, to], index) =>
      nodes[index]?.command('cluster', 'addslotsrange', String(from), String(to)),
    ),
  );
  for (const { redis: node, bus } of [...opened, ...openedReplicas]) {
    await first?.command('cluster', 'meet', '127.0.0.1', String(node.port), bus);
  }
  await until('the cluster to be whole', async () => {
    const states = await Promise.all(all.map((node) => node.command('cluster', 'info')));
    return states.every(
      (state) =>
        state.includes('cluster_state:ok') && state.includes(`cluster_known_nodes:${all.length}`),
    );
  });
  const idOf = (node: TestRedis): Promise<string> => node.command('cluster', 'myid');
  for (const [index, replica] of replicas.entries()) {
    const master = nodes[index];
    if (master !== undefined) await follow(replica, await idOf(master));
  }
  return {
    async move(key) {
      const slot = (await first?.command('cluster', 'keyslot', key)) ?? '';
      const owners = await Promise.all(nodes.map((node) => owns(node, slot)));
      const from = owners.indexOf(true);
      const [source, target] = [nodes[from], nodes[(from + 1) % nodes.length]];
      if (source === undefined || target === undefined) throw new Error(`nobody has slot ${slot}`);
      const [sourceId, targetId] = [await idOf(source), await idOf(target)];
      await target.command('cluster', 'setslot', slot, 'importing', sourceId);
      await source.command('cluster', 'setslot', slot, 'migrating', targetId);
      for (const node of [target, source]) {
        await node.command('cluster', 'setslot', slot, 'node', targetId);
      }
    },
    async failOver(index) {
      const [master, replica] = [nodes[index], replicas[index]];
      if (master === undefined || replica === undefined) throw new Error(`no replica of ${index}`);
      await master.kill();
      const tookOver = async () => (await replica.command('role')).startsWith('master');
      await until('the replica to take over', tookOver, 30_000);
    },
    url: `redis+cluster://${all.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    nodes,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Resolves when it has all that its master has. */
async function follow(replica: TestRedis, masterId: string): Promise<void> {
  await replica.command('cluster', 'replicate', masterId);
  await until('the replica to be in step', async () =>
    (await replica.command('info', 'replication')).includes('master_link_status:up'),
  );
}

/** Whether a master has the slot, by its own word. */
async function owns(node: TestRedis, slot: string): Promise<boolean> {
  const known = await node.command('cluster', 'nodes');
  const mine = known.split('\n').find((line) => line.includes('myself')) ?? '';
  const ranges = mine.split(' ').slice(8);
  return ranges.some((range) => {
    const [from = '', to = from] = range.split('-');
    return Number(from) <= Number(slot) && Number(slot) <= Number(to);
  });
}
