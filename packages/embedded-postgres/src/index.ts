export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './start.ts';
export {
  type SupervisedPostgres,
  type Supervision,
  superviseEmbeddedPostgres,
} from './supervise.ts';
