import type { Connection } from '#redis/redis-pool.js';
import { entrySeconds } from './scripts.ts';

export interface OwnCount {
  readonly key: string;
  readonly nodeId: string;
  /** Undefined takes the count back. */
  readonly sockets: number | undefined;
  readonly alive: ReadonlySet<string>;
}

/** Tells how many sockets this node holds; resolves with what the other living nodes last told. */
export async function shareCount(
  connection: Connection,
  { key, nodeId, sockets, alive }: OwnCount,
): Promise<readonly number[]> {
  if (sockets === undefined) {
    await connection.hdel(key, nodeId);
    return [];
  }
  await connection.hset(key, nodeId, sockets);
  await connection.expire(key, entrySeconds);
  const told = Object.entries(await connection.hgetall(key));
  const gone = told.map(([id]) => id).filter((id) => id !== nodeId && !alive.has(id));
  if (gone.length > 0) await connection.hdel(key, ...gone);
  return told.filter(([id]) => id !== nodeId && alive.has(id)).map(([, count]) => Number(count));
}
