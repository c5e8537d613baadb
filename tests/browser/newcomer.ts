/** The service as a newcomer runs it: `npm start` without any setting, on ports and data of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, type NovaProcess, sendHttp, startNovaProcess, until } from '@nova/dev-env';

export interface NewcomerService extends AsyncDisposable {
  readonly origin: string;
  /** Kills it without a word. */
  kill(): Promise<void>;
  /** Starts it again at the same address and waits until the page is there. */
  restart(): Promise<void>;
}

export async function startForNewcomer(): Promise<NewcomerService> {
  const directory = await mkdtemp(join(tmpdir(), 'nova-newcomer-'));
  const service: NovaProcess = await startNovaProcess({
    database: { url: '' },
    config: {
      NOVA_DATA_DIR: directory,
      JWT_PUBLIC_KEY_PEM: '',
      SECRETBOX_KEY_B64: '',
      // Windows of a browser come back to where they were.
      PORT: String(await freePort()),
    },
  });
  const { origin } = service;
  const pageServed = (): Promise<unknown> =>
    until(
      'the page',
      async () => (await sendHttp(origin, { method: 'GET', path: '/' })).status === 200,
      60_000,
    );
  await pageServed();
  return {
    origin,
    async kill() {
      service.signal('SIGKILL');
      await service.exited;
    },
    async restart() {
      await service.restart();
      await pageServed();
    },
    async [Symbol.asyncDispose]() {
      service.signal('SIGTERM');
      await service.exited;
      await service[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
