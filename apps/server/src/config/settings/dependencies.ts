import { isUrl } from '../accepts.ts';
import { parseRedisAddress } from '../redis-address.ts';
import { choice, integer, optionalText } from '../setting.ts';

const database = 'PostgreSQL';
const redis = 'Redis';
const notEmpty = { expected: 'a text' };

export const dependencySettings = {
  DATABASE_URL: optionalText(
    {
      expected: 'postgresql://user:password@host:5432/database',
      accepts: isUrl(['postgres', 'postgresql'], false),
    },
    {
      section: database,
      secret: true,
      description: 'Unset, the service runs its own PostgreSQL (development only)',
    },
  ),
  POSTGRES_USER: optionalText(notEmpty, {
    section: database,
    secret: true,
    description: 'User, where DATABASE_URL names none',
  }),
  POSTGRES_PASSWORD: optionalText(notEmpty, {
    section: database,
    secret: true,
    description: 'Wins over the password inside DATABASE_URL',
  }),
  POSTGRES_DB: optionalText(notEmpty, {
    section: database,
    secret: true,
    description: 'Database, where DATABASE_URL names none',
  }),
  DATABASE_MAX_CONNECTIONS: integer(10, [3, 1_000], {
    section: database,
    unit: 'connections',
    description:
      'Size of the pool of one node; its writers hold more: one for each lane of messages, two for calls, one where Kafka is set',
  }),
  DATABASE_POOL_TIMEOUT: integer(30, [1, 600], {
    section: database,
    unit: 'seconds',
    description: 'Longest wait for a free connection',
  }),
  DATABASE_IDLE_TIMEOUT: integer(600, [1, 86_400], {
    section: database,
    unit: 'seconds',
    description: 'A connection unused for so long is closed',
  }),
  MIGRATE_ON_START: choice('false', ['false', 'true'], {
    section: database,
    description:
      'Whether a node applies pending migrations itself before it serves; the embedded database always is',
  }),
  REDIS_URL: optionalText(
    {
      expected:
        'redis://host:6379, redis+sentinel://host:26379,host:26379/master or redis+cluster://host:6379,host:6379; rediss for TLS',
      accepts: (text) => parseRedisAddress(text) !== undefined,
    },
    {
      section: redis,
      secret: true,
      description:
        'Carries events between nodes; unset, a node hears others by reading the log. Sentinel: redis+sentinel://:password@one:26379,two:26379/master-name/0; Cluster: redis+cluster://:password@one:6379,two:6379; rediss in place of redis speaks TLS',
    },
  ),
  REDIS_PASSWORD: optionalText(notEmpty, {
    section: redis,
    secret: true,
    description: 'Wins over the password inside REDIS_URL',
  }),
  REDIS_POOL_SIZE: integer(20, [1, 1_000], {
    section: redis,
    unit: 'connections',
    description:
      'Connections of one node, used in turn; one more listens. On a cluster they are shared out among its masters',
  }),
  REDIS_CONNECT_TIMEOUT: integer(5, [1, 600], {
    section: redis,
    unit: 'seconds',
    description: 'Longest attempt to connect',
  }),
  REDIS_POOL_TIMEOUT: integer(10, [1, 600], {
    section: redis,
    unit: 'seconds',
    description: 'Longest wait for an answer; a connection silent for so long is opened anew',
  }),
};
