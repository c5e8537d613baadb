import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, sendHttp, until } from '@nova/dev-env';
import { rootDirectory } from '../../scripts/run-command.ts';
import { runProgram } from '../../scripts/run-program.ts';

export interface TestBalancer extends AsyncDisposable {
  readonly origin: string;
}

/** HAProxy with the configuration of compose.yaml, in front of nodes on these ports of loopback. */
export async function startBalancer(ports: readonly number[]): Promise<TestBalancer> {
  const directory = mkdtempSync(join(tmpdir(), 'nova-haproxy-'));
  const port = await freePort();
  const file = join(directory, 'haproxy.cfg');
  const given = readFileSync(join(rootDirectory, 'deploy/compose/haproxy.cfg'), 'utf8');
  const nodes = ports.map((each, index) => [`node-${index + 1}:3000`, `127.0.0.1:${each}`]);
  writeFileSync(
    file,
    nodes
      .reduce((text, [from = '', to = '']) => text.replace(from, to), given)
      .replace('bind :3000', `bind 127.0.0.1:${port}`)
      .replace(/log stdout .*/, 'log /dev/null local0')
      // Two descriptors each: more than a small machine gives.
      .replace(/maxconn \d+/, 'maxconn 1000'),
  );
  const { exitCode, output } = await runProgram(['haproxy', '-c', '-f', file]);
  if (exitCode !== 0 || /WARNING|ALERT/.test(output)) throw new Error(output);
  const child = spawn('haproxy', ['-db', '-f', file], { stdio: 'ignore' });
  const origin = `http://127.0.0.1:${port}`;
  await until('a node behind HAProxy', async () => {
    if (child.exitCode !== null) throw new Error(`haproxy ended with ${child.exitCode}`);
    const answer = await sendHttp(origin, { method: 'GET', path: '/health' }).catch(() => null);
    return answer?.status === 200;
  });
  return {
    origin,
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      rmSync(directory, { recursive: true });
    },
  };
}
