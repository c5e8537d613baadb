import { createTestDatabase, type TestDatabase } from './cluster.ts';
import { type Environment, openKeys, type TestKeys } from './environment.ts';
import { startRedis, type TestRedis } from './redis-server.ts';
import { type RunningNode, runNode } from './running-node.ts';
import { signToken, type TokenOptions } from './tokens.ts';

export interface NodesOf {
  1: readonly [RunningNode];
  2: readonly [RunningNode, RunningNode];
  3: readonly [RunningNode, RunningNode, RunningNode];
}

export interface NovaOptions<Count extends keyof NodesOf = 1> {
  /** Keys of the service's environment, as text. */
  readonly config?: Environment;
  /** Default: a fresh one on the server that this process shares. */
  readonly database?: TestDatabase;
  readonly keys?: TestKeys;
  /** More than one share the database and, unless `config` names another, a Redis of their own. */
  readonly nodes?: Count;
}

/** One node or several in this process; what is asked of a node is asked of the first. */
export interface NovaEnv<Count extends keyof NodesOf = 1>
  extends AsyncDisposable,
    Omit<RunningNode, 'end'> {
  readonly database: TestDatabase;
  readonly keys: TestKeys;
  readonly nodes: NodesOf[Count];
  /** Of several nodes without a Redis in their `config`. */
  readonly redis: TestRedis;
  sign(options: TokenOptions): string;
}

/** Boots nodes on a database of their own; `await using` ends them and every socket. */
export async function startNova<Count extends keyof NodesOf = 1>(
  options: NovaOptions<Count> = {},
): Promise<NovaEnv<Count>> {
  const { config = {} } = options;
  const count: number = options.nodes ?? 1;
  const database = options.database ?? (await createTestDatabase());
  const keys = options.keys ?? openKeys();
  const redis = count > 1 && config.REDIS_URL === undefined ? await startRedis() : undefined;
  const environment = redis === undefined ? config : { REDIS_URL: redis.url, ...config };
  const nodes: RunningNode[] = [];
  for (let index = 0; index < count; index++) {
    nodes.push(await runNode(keys, database.url, environment));
  }
  const [first] = nodes;
  if (first === undefined) throw new Error('nodes: expected at least 1');
  return {
    ...first,
    database,
    keys,
    nodes: nodes as unknown as NodesOf[Count],
    get redis() {
      if (redis === undefined) throw new Error('one node, or a Redis of its own: none was started');
      return redis;
    },
    sign: (token) => signToken(keys.privateKey, token),
    async [Symbol.asyncDispose]() {
      const ended = await Promise.allSettled(nodes.map((node) => node.end()));
      await redis?.close();
      for (const end of ended) if (end.status === 'rejected') throw end.reason;
    },
  };
}
