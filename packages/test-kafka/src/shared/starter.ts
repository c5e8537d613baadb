import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Starter {
  /** What `start` resolved with, where anybody has asked; undefined where it failed. */
  started(): Promise<unknown>;
  close(): void;
}

/**
 * For vitest's `globalSetup`: something that the whole run shares is started when a test first asks
 * for it. The tests' processes find it by the environment variable.
 */
export async function openStarter(
  variable: string,
  start: () => Promise<string>,
): Promise<Starter> {
  let answer: Promise<string> | undefined;
  const server = createServer(async (_request, response) => {
    try {
      answer ??= start();
      response.end(await answer);
    } catch (error) {
      response.writeHead(500).end(error instanceof Error ? error.message : String(error));
    }
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  process.env[variable] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    started: async () => await answer?.catch(() => undefined),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What the run shares under this variable; undefined outside of a run. */
export async function askStarter(variable: string): Promise<string | undefined> {
  const starter = process.env[variable];
  if (starter === undefined) return undefined;
  const response = await fetch(starter);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}
