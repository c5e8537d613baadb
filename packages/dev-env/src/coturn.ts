/** A real coturn with the configuration of deploy/turn, on loopback. */
import { type ChildProcess, spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@nova/test-kafka';
import { until } from './until.ts';

export interface Coturn extends AsyncDisposable {
  readonly port: number;
  /** Kills it and starts it again on the same port: what it relayed is cut off. */
  restart(): Promise<void>;
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
  const words = [
    ...['-c', configuration, '--realm=nova.test', '--no-tls', '--no-dtls'],
    ...['--listening-ip=127.0.0.1', '--relay-ip=127.0.0.1', `--listening-port=${port}`],
    ...options.secrets.map((secret) => `--static-auth-secret=${secret}`),
    ...(options.loopbackPeers === false ? [] : loopback),
    `--pidfile=${path.join(directory, 'pid')}`,
    `--db=${path.join(directory, 'users')}`,
  ];
  let log = '';
  const launch = (): ChildProcess => {
    const launched = spawn('turnserver', words, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [launched.stdout, launched.stderr]) {
      stream.on('data', (bytes: Buffer) => {
        log += bytes.toString('utf8');
      });
    }
    return launched;
  };
  let child = launch();
  const kill = async (): Promise<void> => {
    // One that ended of itself has closed already.
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  };
  const emergency = (): void => void child.kill('SIGKILL');
  process.once('exit', emergency);
  const dispose = async (): Promise<void> => {
    process.off('exit', emergency);
    await kill();
    fs.rmSync(directory, { recursive: true, force: true });
  };
  const answers = (): Promise<unknown> =>
    until('coturn answers', () => {
      if (child.exitCode !== null) throw new Error(`coturn ended: ${log}`);
      return answersStun(port);
    });
  try {
    await answers();
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    port,
    async restart() {
      await kill();
      child = launch();
      await answers();
    },
    log: () => log,
    [Symbol.asyncDispose]: dispose,
  };
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
