import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { cpuOfMachine, cpuOfTree } from './process-tree.ts';

const busy =
  'const end = process.cpuUsage().user + 300_000; while (process.cpuUsage().user < end);';

test('tells a process from what it started, ended children included', async () => {
  const machineBefore = cpuOfMachine();
  const script = `
    const { spawnSync } = require('node:child_process');
    spawnSync(process.execPath, ['-e', ${JSON.stringify(busy)}]);
    process.stdout.write('ready');
    process.stdin.resume();`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const { own, below } = cpuOfTree(child.pid ?? 0);
  child.stdin.end();
  await once(child, 'exit');
  expect(below).toBeGreaterThanOrEqual(300_000);
  expect(own).toBeLessThan(below);
  expect(cpuOfMachine() - machineBefore).toBeGreaterThanOrEqual(300_000);
  expect(cpuOfTree(child.pid ?? 0)).toEqual({ own: 0, below: 0 });
});
