import type { ServerEvent } from '@nova/protocol';
import { createNovaClient, type NovaClient } from '../nova-client.ts';
import type { NovaClientOptions } from '../options.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeServer } from './fake-server.ts';

/** A fake server, a fake clock, and clients on them. */
export interface Scene {
  readonly server: FakeServer;
  readonly clock: FakeClock;
  client(userId: string, options?: Partial<NovaClientOptions>): NovaClient;
  /** A client that is online, and the events it was told. */
  online(
    userId: string,
    options?: Partial<NovaClientOptions>,
  ): Promise<{ readonly nova: NovaClient; readonly events: ServerEvent[] }>;
}

export function setScene(): Scene {
  const server = new FakeServer();
  const clock = new FakeClock();
  const scene: Scene = {
    server,
    clock,
    client: (userId, options = {}) =>
      createNovaClient({
        url: 'http://nova.test',
        token: `token-of:${userId}`,
        webSocket: server.webSocket,
        clock,
        reportDelivered: false,
        ...options,
      }),
    async online(userId, options) {
      const nova = scene.client(userId, options);
      const events: ServerEvent[] = [];
      nova.onEvent((event) => events.push(event));
      nova.start();
      await nova.ready();
      return { nova, events };
    },
  };
  return scene;
}
