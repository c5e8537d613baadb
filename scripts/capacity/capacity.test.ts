import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rootDirectory } from '../run-command.ts';
import { capacityMarkdown, capacityOf, podsFor } from './capacity-markdown.ts';
import { type Figures, readFigures } from './read-figures.ts';
import { readPod } from './read-pod.ts';

const read = (path: string): string => readFileSync(join(rootDirectory, path), 'utf8');
const pod = readPod(
  read('deploy/kubernetes/messaging-service-deployment.yaml'),
  read('deploy/kubernetes/messaging-service-hpa.yaml'),
);
const figures: Figures = {
  measuredOn: 'a machine',
  sendsPerSecond: 10_000,
  microsPerMessage: 50,
  databaseMicrosPerMessage: 30,
  deliveriesPerSecond: 1_000_000,
  microsPerDelivery: 0.5,
  bytesPerSocket: 10_240,
  emptyBytes: 100 * 2 ** 20,
  connectsPerSecond: 1_000,
  microsPerConnect: 300,
};

test('the pod is what the manifests say', () => {
  expect(pod).toEqual({
    requestCores: 0.5,
    requestBytes: 512 * 2 ** 20,
    limitBytes: 2 * 2 ** 30,
    cpuShare: 0.7,
    memoryShare: 0.8,
    minPods: 3,
    maxPods: 10,
  });
});

test('a pod is full at its share of the request', () => {
  expect(capacityOf(figures, pod)).toMatchObject({
    sockets: Math.floor((0.8 * 512 - 100) * 102.4),
    messagesPerSecond: 7_000,
    deliveriesPerSecond: 700_000,
  });
});

test('there is always one pod more than the sockets need', () => {
  const capacity = { ...capacityOf(figures, pod), sockets: 30_000 };
  expect(podsFor(1, capacity, pod)).toBe(3);
  expect(podsFor(60_000, capacity, pod)).toBe(3);
  expect(podsFor(60_001, capacity, pod)).toBe(4);
});

test('the figures are those of the benchmark, and a missing one is named', () => {
  const results = read('bench/RESULTS.md');
  const found = readFigures(results);
  for (const value of Object.values(found)) expect(value).not.toBeNaN();
  expect(found.microsPerDelivery).toBeLessThan(found.microsPerMessage);
  expect(capacityMarkdown(found, pod)).not.toMatch(/NaN|undefined|Infinity/);
  const without = results.replace('| resident bytes a socket |', '| something else |');
  expect(() => readFigures(without)).toThrow(/no figure "resident bytes a socket" of idle/);
});
