import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below what Linux and macOS hand out to whoever asks for any port.
const lowestPort = 20_000;
const highestPort = 32_000;
const triesMax = 100;

/**
 * A port of 127.0.0.1 that nobody listened on just now, and that nobody gets who asks for any port: a
 * broker takes it only seconds later, while other tests open and close many. Throws where none of a
 * hundred is free.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < triesMax; tries++) {
    const port = randomInt(lowestPort, highestPort);
    if (await isFree(port)) return port;
  }
  throw new Error(`of ${triesMax} ports from ${lowestPort} to ${highestPort} none is free`);
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
