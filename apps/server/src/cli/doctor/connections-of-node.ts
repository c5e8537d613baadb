import { callLanes } from '#calls/call-writer.js';
import type { Config } from '#config/config.js';

/** What a node takes of the database at most: its pool, its writers, and the lease of the relay. */
export function connectionsOfNode({ database, messages, kafka }: Config): number {
  const relay = kafka.brokers.length > 0 ? 1 : 0;
  return database.maxConnections + messages.lanes + callLanes + relay;
}
