import { expect, test } from 'vitest';
import { buildArguments } from './build-arguments.ts';

const release = { version: '1.2.3', revision: 'abc', committedAt: 1_700_000_000 };
const tag = 'nova/messaging-service:v1.2.3';

test('docker dates its layers by the commit', () => {
  expect(buildArguments({ builder: 'docker', release, tag }).join(' ')).toBe(
    'build --file deploy/docker/Dockerfile --tag nova/messaging-service:v1.2.3' +
      ' --build-arg VERSION=1.2.3 --build-arg REVISION=abc' +
      ' --build-arg CREATED=2023-11-14T22:13:20Z --build-arg SOURCE_DATE_EPOCH=1700000000 .',
  );
});

test.each(['podman', 'buildah'] as const)('%s keeps the health check', (builder) => {
  const given = buildArguments({ builder, release, tag, base: 'node@sha256:1', network: 'host' });
  expect(given.join(' ')).toContain(
    '--build-arg NODE_IMAGE=node@sha256:1 --network host --layers --format docker --timestamp 1700000000 .',
  );
});
