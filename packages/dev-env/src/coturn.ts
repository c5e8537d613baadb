/** A real coturn with the configuration of deploy/turn, on loopback. */
import { spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './redis-server.ts';
import { until } from './until.ts';

export interface Coturn extends AsyncDisposable {
  readonly port: number;
  /** What it wrote to its log. */
  readonly log: () => string;
}

export interface CoturnOptions {
  readonly secrets: readonly string[];
  /** True: it relays to loopback, which is where tests have their other side. */
  readonly loopbackPeers?: boolean;
}

const configuration = fileURLToPath(
  new URL('../../../deploy/turn/turnserver.conf', import.meta.url),
);

export async function startCoturn(options: CoturnOptions): Promise<Coturn> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'nova-turn-'));
  const port = await freePort();
  const loopback = ['--allow-loopback-peers', '--allowed-peer-ip=127.0.0.1'];
  const child = spawn(
    'turnserver',
    [
      ...['-c', configuration, '--realm=nova.test', '--no-tls', '--no-dtls'],
      ...['--listening-ip=127.0.0.1', '--relay-ip=127.0.0.1', `--listening-port=${port}`],
      ...options.secrets.map((secret) => `--static-auth-secret=${secret}`),
      ...(options.loopbackPeers === false ? [] : loopback),
      `--pidfile=${path.join(directory, 'pid')}`,
      `--db=${path.join(directory, 'users')}`,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      log += bytes.toString('utf8');
    });
  }
  const ended = once(child, 'close');
  const emergency = (): void => void child.kill('SIGKILL');
  process.once('exit', emergency);
  const dispose = async (): Promise<void> => {
    process.off('exit', emergency);
    child.kill('SIGKILL');
    await ended;
    fs.rmSync(directory, { recursive: true, force: true });
  };
  try {
    await until('coturn answers', () => {
      if (child.exitCode !== null) throw new Error(`coturn ended: ${log}`);
      return answersStun(port);
    });
  } catch (error) {
    await dispose();
    throw error;
  }
  return { port, log: () => log, [Symbol.asyncDispose]: dispose };
}

const stunHeader = Buffer.from(`000100002112a442${'00'.repeat(12)}`, 'hex');

/** Whether a binding request (RFC 8489 §3) is answered within a moment. */
async function answersStun(port: number): Promise<boolean> {
  const socket = dgram.createSocket('udp4');
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.once('message', () => resolve(true));
  socket.once('error', () => resolve(false));
  socket.send(stunHeader, port, '127.0.0.1');
  const timer = setTimeout(() => resolve(false), 100);
  return promise.finally(() => {
    clearTimeout(timer);
    socket.close();
  });
}
