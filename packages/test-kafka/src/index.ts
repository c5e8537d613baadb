export { hasBrokerFiles } from './broker-files.ts';
export { prepareBrokers } from './broker-template.ts';
export { compressionOf } from './compression-of.ts';
export { freePort } from './free-port.ts';
export { javaMajor, neededJava } from './java.ts';
export { sharedKafka } from './shared/shared-kafka.ts';
export { startKafka, type TestKafka } from './start-kafka.ts';
export {
  createTopic,
  groupsOf,
  produce,
  type TopicRecord,
  type TopicWatch,
  watchTopic,
} from './topic.ts';
