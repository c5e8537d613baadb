import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '@nova/server';
import { expect, test } from 'vitest';
import { type Key, keys, settings } from '../../../apps/server/src/config/settings/index.ts';
import { defaultOf, fixedByThePod } from '../../../scripts/offered-settings.ts';
import { objectOf, repositoryDirectory } from './objects.ts';
import { manifestsDirectory, serviceManifests } from './service-manifests.ts';

const config = objectOf(serviceManifests, 'ConfigMap').data ?? {};
const secret = objectOf(serviceManifests, 'Secret').stringData ?? {};

/** `# KEY: "default"` lines: keys that may be set in the file, with what holds while they are not. */
const offered = (file: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [
      ...readFileSync(join(repositoryDirectory, manifestsDirectory, file), 'utf8').matchAll(
        /^ {2}# ([A-Z][A-Z0-9_]+): "(.*)"$/gm,
      ),
    ].map(([, key = '', value = '']) => [key, value]),
  );

const offeredConfig = offered('messaging-service-configmap.yaml');
const offeredSecret = offered('messaging-service-secret.yaml');

test('the ConfigMap holds the keys of the guide with its values', () => {
  expect(config).toMatchObject({
    DATABASE_MAX_CONNECTIONS: '10',
    DATABASE_POOL_TIMEOUT: '30',
    DATABASE_IDLE_TIMEOUT: '600',
    REDIS_POOL_SIZE: '20',
    REDIS_CONNECT_TIMEOUT: '5',
    REDIS_POOL_TIMEOUT: '10',
    WS_MAX_FRAME_SIZE: '1048576',
    WS_MESSAGE_BUFFER_SIZE: '256',
    KAFKA_COMPRESSION_TYPE: 'snappy',
    KAFKA_REQUEST_TIMEOUT_MS: '30000',
    KAFKA_CONSUMER_GROUP: 'messaging-service',
    VIDEO_CALL_MAX_DURATION_HOURS: '12',
    MESSAGE_MAX_LENGTH: '4096',
  });
});

test('the Secret holds the keys of the guide', () => {
  expect(Object.keys(secret)).toEqual([
    'POSTGRES_USER',
    'POSTGRES_PASSWORD',
    'POSTGRES_DB',
    'DATABASE_URL',
    'REDIS_PASSWORD',
    'REDIS_URL',
    'SECRETBOX_KEY_B64',
    'JWT_PUBLIC_KEY_PEM',
    'KAFKA_BROKERS',
  ]);
});

test('both name nothing but settings, each in the file where it belongs', () => {
  const inConfig = Object.keys({ ...config, ...offeredConfig });
  const inSecret = Object.keys({ ...secret, ...offeredSecret });
  const publicKeys = keys.filter((key) => !settings[key].secret && !fixedByThePod.includes(key));
  expect(inConfig.toSorted()).toEqual(publicKeys.toSorted());
  expect(inSecret.toSorted()).toEqual(keys.filter((key) => settings[key].secret).toSorted());
});

test('values are the defaults of the schema, but for these', () => {
  const differing = Object.entries({ ...config, ...offeredConfig, ...offeredSecret })
    .filter(([key, value]) => value !== defaultOf(key as Key))
    .map(([key]) => key);
  expect(differing).toEqual(['APP_ENV', 'MIGRATE_ON_START']);
});

test('the service refuses the Secret as it is and names every key to be replaced', () => {
  const read = readConfig({ ...config, ...secret });
  expect(read.ok ? [] : read.problems.toSorted()).toEqual(
    [
      'DATABASE_URL',
      'JWT_PUBLIC_KEY_PEM',
      'KAFKA_BROKERS',
      'POSTGRES_PASSWORD',
      'REDIS_PASSWORD',
      'REDIS_URL',
      'SECRETBOX_KEY_B64',
    ].map((key) => expect.stringMatching(`^${key}: still holds a placeholder`)),
  );
});
