/** How each fault is done to a cluster, and how it is undone. */
import type { TestKafka, TestRedis } from '@nova/dev-env';
import type { SupervisedPostgres } from '@nova/embedded-postgres';
import type { FaultKind, PlannedFault } from '../fault-kinds.ts';
import { until } from '../until.ts';
import type { Link, LinkMode } from './link.ts';
import { signal, signalTree } from './processes.ts';
import type { ServiceNode } from './service-node.ts';
import type { Undo } from './stage.ts';

/** What there is to break. */
export interface Broken {
  readonly nodes: readonly {
    readonly node: ServiceNode;
    readonly database: Link;
    readonly redis: Link;
  }[];
  /** Before the balancer, one for each share of the clients. */
  readonly doors: readonly Link[];
  readonly postgres: SupervisedPostgres;
  readonly redis: TestRedis;
  readonly kafka: TestKafka;
  readonly onOddity: (what: string) => void;
}

type Strikes = Readonly<Record<FaultKind, (fault: PlannedFault) => Promise<Undo>>>;

const slowMs = 300;
const databaseTimeoutMs = 30_000;
const nodeTimeoutMs = 30_000;

export function createStrikes(broken: Broken): Strikes {
  const { postgres, redis, kafka, onOddity } = broken;
  const hit = ({ victim }: PlannedFault) => one(broken.nodes, victim);
  const door = ({ victim }: PlannedFault): Link => one(broken.doors, victim);
  return {
    async nodeKill(fault) {
      const { node } = hit(fault);
      await node.kill();
      return async () => node.start();
    },
    async nodeStop(fault) {
      const { node } = hit(fault);
      node.pause();
      return async () => node.resume();
    },
    async nodeDrain(fault) {
      const { node } = hit(fault);
      // One that was started a moment ago serves nobody yet: it may just end.
      await until('a node to drain', nodeTimeoutMs, () => node.status());
      const stopped = node.stop();
      return async () => {
        const exitCode = await stopped;
        if (exitCode !== 0) onOddity(`a drained node ended with ${exitCode}`);
        node.start();
      };
    },
    async nodePartition(fault) {
      const { database, redis: bus } = hit(fault);
      const links = [
        ...(fault.way.includes('database') ? [database] : []),
        ...(fault.way.includes('redis') ? [bus] : []),
      ];
      return setAll(links, fault.way.endsWith('stall') ? 'stall' : 'cut');
    },
    async databaseKill() {
      // One that was killed a moment ago has no successor yet.
      await until('a database to kill', databaseTimeoutMs, () => signal(postgres.pid, 'SIGKILL'));
      return async () => {};
    },
    async databaseStop() {
      const { pid } = postgres;
      signalTree(pid, 'SIGSTOP');
      return async () => signalTree(pid, 'SIGCONT');
    },
    async redisKill() {
      await redis.kill();
      return () => redis.start();
    },
    async redisStop() {
      redis.pause();
      return async () => redis.resume();
    },
    async kafkaKill() {
      await kafka.kill();
      return () => kafka.start();
    },
    async kafkaStop() {
      kafka.pause();
      return async () => kafka.resume();
    },
    clientCut: async (fault) => setAll([door(fault)], 'cut'),
    async clientStall(fault) {
      const undo = setAll([door(fault)], 'stall');
      if (fault.way !== 'then reset') return undo;
      return async () => {
        door(fault).set('cut');
        await undo();
      };
    },
    clientDelay: async (fault) => setAll([door(fault)], { delayMs: slowMs }),
  };
}

function setAll(links: readonly Link[], mode: LinkMode): Undo {
  for (const link of links) link.set(mode);
  return async () => {
    for (const link of links) link.set('pass');
  };
}

function one<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('nobody to strike');
  return item;
}
