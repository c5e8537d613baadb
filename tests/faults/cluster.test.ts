import { expect, it } from 'vitest';
import { faultKinds } from './fault-kinds.ts';
import { runFaults } from './run-faults.ts';
import { summaryOf } from './summary.ts';

it('three nodes lose, double and reorder nothing through one fault of each kind', async () => {
  const report = await runFaults({
    ...{ seed: 7, nodes: 3, clients: 60, seconds: 60, window: 1, pauseMs: 1_000, rolling: false },
    counts: Object.fromEntries(faultKinds.map((kind) => [kind, 1])),
  });
  expect(report.ok, summaryOf(report).join('\n')).toBe(true);
  expect(report.faults).toHaveLength(faultKinds.length);
  expect(report.acknowledged).toBeGreaterThan(500);
  expect(report.deliveries).toBeGreaterThan(report.acknowledged);
  expect(report.records).toBeGreaterThan(report.acknowledged);
}, 900_000);
