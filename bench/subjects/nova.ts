import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '@nova/dev-env';
import { temporaryDirectory } from '../measure/temporary-directory.ts';
import { Child } from './child.ts';
import type { Subject } from './subject.ts';

const startTimeoutMs = 60_000;
const healthPollMs = 10;
const inspectorLine = /ws:\/\/127\.0\.0\.1:\d+\/\S+/;
// A handful of users send what thousands would: what is measured is the service, not its limits.
const withoutLimits = {
  RATE_LIMIT_SENDS_PER_SECOND: '1000000',
  RATE_LIMIT_SENDS_BURST: '1000000',
  RATE_LIMIT_REQUESTS_PER_SECOND: '1000000',
  RATE_LIMIT_REQUESTS_BURST: '1000000',
  DRAIN_SECONDS: '0',
};
const program = fileURLToPath(new URL('../../apps/server/src/bin/nova.ts', import.meta.url));

export interface NovaOptions {
  readonly cpus: string | undefined;
  /** Opens the inspector, over which garbage is collected. */
  readonly inspect?: boolean;
  /** Kept by the caller; otherwise a temporary one, removed at the end. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Shared by nodes of one service. */
  readonly signingKey?: SigningKey;
}

export interface SigningKey {
  readonly publicKeyPem: string;
  readonly privateKeyPem: string;
}

export function createSigningKey(): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  return {
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** Starts the service, by default the embedded one, with a key pair of the harness. */
export async function startNova(options: NovaOptions): Promise<Subject> {
  const { publicKeyPem, privateKeyPem } = options.signingKey ?? createSigningKey();
  const directory = options.dataDir === undefined ? await temporaryDirectory() : undefined;
  const port = await freePort();
  const metricsPort = await freePort();
  const inspect = options.inspect === true ? ['--inspect=127.0.0.1:0'] : [];
  const startedAt = performance.now();
  const child = new Child({
    name: 'nova',
    args: [...inspect, '--conditions=source', program, 'serve'],
    env: {
      ...withoutLimits,
      HOST: '127.0.0.1',
      PORT: String(port),
      METRICS_PORT: String(metricsPort),
      NOVA_DATA_DIR: options.dataDir ?? directory?.path ?? '',
      JWT_PUBLIC_KEY_PEM: publicKeyPem,
      ...options.env,
    },
    cpus: options.cpus,
  });
  const close = async () => {
    await child.stop();
    await directory?.remove();
  };
  try {
    await Promise.race([healthy(port), child.died()]);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    name: 'nova',
    dialect: 'nova',
    numbered: true,
    port,
    metricsPort,
    startMs: performance.now() - startedAt,
    child,
    signingKeyPem: privateKeyPem,
    inspectorUrl: inspectorLine.exec(child.log)?.[0],
    close,
  };
}

async function healthy(port: number): Promise<void> {
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true) return;
    await pause(healthPollMs);
  }
  throw new Error('the service did not become healthy');
}
