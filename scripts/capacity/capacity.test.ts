import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { V2HorizontalPodAutoscaler } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { rootDirectory } from '../run-command.ts';
import { capacityMarkdown, capacityOf, podsFor } from './capacity-markdown.ts';
import { type Figures, readFigures } from './read-figures.ts';
import { readPod } from './read-pod.ts';

const read = (path: string): string => readFileSync(join(rootDirectory, path), 'utf8');
const socketsMetric = 'websocket_connections_active';
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
  acknowledgeP50Ms: 2,
  acknowledgeP99Ms: 10,
  acknowledgedPerSecond: 1_000,
  startMs: 500,
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

test('the autoscaler by sockets adds a pod at half of what the limit holds, or before', () => {
  const { spec } = parse(read('deploy/autoscaling/hpa-sockets.yaml')) as V2HorizontalPodAutoscaler;
  const pods = spec?.metrics?.find((one) => one.pods?.metric.name === socketsMetric)?.pods;
  const { mostSockets } = capacityOf(readFigures(read('bench/RESULTS.md')), pod);
  expect(Number(pods?.target.averageValue)).toBeGreaterThan(0);
  expect(Number(pods?.target.averageValue)).toBeLessThanOrEqual(mostSockets / 2);
});

// They grow old in the text; the page that is computed does not.
test('the guide of the deployment types no measured figure of its own', () => {
  const guide = read('deploy/kubernetes/DEPLOYMENT_GUIDE.md');
  expect(guide).toContain('](../../docs/capacity.md)');
  const measured =
    /\d\s*(?:µs|KiB (?:a|an idle) socket|(?:million|messages|sends|deliveries)?\/s\b)/;
  expect(guide.split('\n').filter((line) => measured.test(line))).toEqual([]);
});
