/** HAProxy before the nodes: a client's address decides on its node while that node is healthy. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { lastWordsIn } from './complaints.ts';

export interface BalancerOptions {
  readonly directory: string;
  readonly port: number;
  readonly nodePorts: readonly number[];
  readonly onUnexpectedExit: (reason: string) => void;
}

export interface Balancer {
  readonly url: string;
  readonly port: number;
  end(): Promise<void>;
}

// A node that fails its probes keeps its connections: that is how it drains them itself. Without the 1
// a refused connection waits a second and tries the same dead node again.
const configuration = ({ port, nodePorts }: BalancerOptions): string => `
global
  maxconn 8000
defaults
  mode http
  option forwardfor
  option redispatch 1
  retries 3
  timeout connect 1s
  timeout client 30s
  timeout server 30s
  timeout tunnel 1h
  timeout check 500ms
frontend clients
  bind 127.0.0.1:${port}
  default_backend nodes
backend nodes
  balance source
  hash-type consistent
  option httpchk GET /health
  default-server inter 250ms fall 2 rise 1 check
${nodePorts.map((nodePort) => `  server node${nodePort} 127.0.0.1:${nodePort}`).join('\n')}
`;

export async function startBalancer(options: BalancerOptions): Promise<Balancer> {
  const file = path.join(options.directory, `haproxy-${options.port}.cfg`);
  fs.writeFileSync(file, configuration(options));
  const logFile = path.join(options.directory, `haproxy-${options.port}.log`);
  const log = fs.openSync(logFile, 'a');
  const env = { PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  const child: ChildProcess = spawn('haproxy', ['-db', '-f', file], {
    env,
    stdio: ['ignore', log, log],
  });
  fs.closeSync(log);
  await once(child, 'spawn');
  process.once('exit', () => child.kill('SIGKILL'));
  let ending = false;
  child.once('exit', (code, signal) => {
    if (!ending) options.onUnexpectedExit(`${signal ?? code} ${lastWordsIn(logFile)}`);
  });
  return {
    url: `http://127.0.0.1:${options.port}`,
    port: options.port,
    async end() {
      ending = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
