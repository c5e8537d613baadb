import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { checkBrokers, givenBrokers } from './given-brokers.ts';
import { neededPrograms } from './programs.ts';

test('an empty KAFKA_BROKERS is none', () => {
  expect(givenBrokers({ KAFKA_BROKERS: '' })).toBeUndefined();
  expect(givenBrokers({ KAFKA_BROKERS: 'a:1,b:2' })).toBe('a:1,b:2');
});

test('brokers that are given need no Java', () => {
  const programs = (brokers: string | undefined) =>
    neededPrograms(brokers).map(({ program }) => program);
  expect(programs(undefined)).toContain('java');
  expect(programs('a:1')).not.toContain('java');
  expect(programs('a:1')).not.toContain('mvn');
});

test('one that takes connections is enough; without any, all are named with their reason', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const open = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  await checkBrokers(`nonsense,${open}`);
  server.close();
  await once(server, 'close');
  await expect(checkBrokers(`nonsense, ${open}`)).rejects.toThrow(
    /none takes connections: nonsense: expected host:port; 127[\d.:]+: .*ECONNREFUSED.*unset it/,
  );
});
