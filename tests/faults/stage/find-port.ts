import net from 'node:net';
import type { Random } from '../random.ts';

/**
 * A port below those that the system hands to outgoing connections: a client that tries to come
 * back must not take the address of a server that is down.
 */
export async function findPort(random: Random): Promise<number> {
  for (;;) {
    const port = random.between(20_000, 32_000);
    const server = net.createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
}
