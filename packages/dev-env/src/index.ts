export {
  compressionOf,
  createTopic,
  freePort,
  groupsOf,
  produce,
  sharedKafka,
  startKafka,
  type TestKafka,
  type TopicRecord,
  type TopicWatch,
  watchTopic,
} from '@nova/test-kafka';
export {
  createTestDatabase,
  openCluster,
  type TestCluster,
  type TestDatabase,
} from './cluster.ts';
export { type Coturn, type CoturnOptions, startCoturn } from './coturn.ts';
export { type Environment, environmentOf, openKeys, type TestKeys } from './environment.ts';
export { type HttpAnswer, sendHttp } from './http-request.ts';
export { type NovaProcess, spawnService, startNovaProcess } from './nova-process.ts';
export { range } from './range.ts';
export { readMetric } from './read-metric.ts';
export { startRedisCluster, type TestRedisCluster } from './redis-cluster.ts';
export { startRedis, type TestRedis } from './redis-server.ts';
export type { RunningNode } from './running-node.ts';
export { sendRaw } from './send-raw.ts';
export { type NovaEnv, type NovaOptions, startNova } from './start-nova.ts';
export { type Received, TestSocket, type TestSocketOptions } from './test-socket.ts';
export { TestUser } from './test-user.ts';
export { signToken, type TokenOptions } from './tokens.ts';
export { until } from './until.ts';
export { WireError } from './wire-error.ts';
