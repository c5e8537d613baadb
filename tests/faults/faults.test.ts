import { expect, it } from 'vitest';
import { runFaults } from './run-faults.ts';
import { summaryOf } from './summary.ts';

it('loses, doubles and reorders nothing while service and database are killed', async () => {
  const options = {
    ...{ seed: 20, nodes: 1, clients: 40, seconds: 20, window: 1, pauseMs: 0, rolling: false },
    counts: { nodeKill: 5, databaseKill: 2 },
  };
  const report = await runFaults(options);
  expect(report.ok, summaryOf(report).join('\n')).toBe(true);
  expect(report.faults).toHaveLength(7);
  expect(report.acknowledged).toBeGreaterThan(100);
  expect(report.deliveries).toBeGreaterThan(report.acknowledged);
}, 400_000);
