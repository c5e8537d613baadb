import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readStaticFiles, staticFile } from '#gateway/static-files.js';
import type { WebClientFiles } from '#gateway/web-client.js';
import type { Logger } from '#observe/logger.js';

export interface WebClient {
  readonly files: () => WebClientFiles;
  start(): void;
  close(): void;
}

export interface WebClientOptions {
  readonly logger: Logger;
  /** People may sign in with a name, as the service gives tokens to developers. */
  readonly developmentTokens: boolean;
}

const builder = fileURLToPath(new URL('../../web/scripts/build.ts', import.meta.url));
const built = fileURLToPath(new URL('../../web/dist/', import.meta.url));
const runsFromSource = import.meta.url.endsWith('.ts');

/**
 * Gets the web client ready beside the running service, in a process of its own: neither its
 * sockets nor its start wait for it. Sources are built into a cache; an image brings a build along.
 */
export function openWebClient({ logger, developmentTokens }: WebClientOptions): WebClient {
  let files: WebClientFiles = 'building';
  const stop = new AbortController();
  const get = async (): Promise<void> => {
    const startedAtMs = performance.now();
    const directory = runsFromSource && existsSync(builder) ? await build(stop.signal) : built;
    const read = new Map(await readStaticFiles(directory));
    const page = read.get('/index.html');
    if (page === undefined) throw new Error(`${directory} holds no index.html`);
    if (!developmentTokens) {
      const html = page.body.toString('utf8').replace('content="name"', 'content="token"');
      read.set('/index.html', await staticFile(page.type, Buffer.from(html)));
    }
    files = read;
    const readyMs = Math.round(performance.now() - startedAtMs);
    logger.info({ readyMs }, 'the web client is ready: open the address above in a browser');
  };
  const start = (): void => {
    get().catch((error: unknown) => {
      if (stop.signal.aborted) return;
      files = 'failed';
      logger.warn({ error }, 'the web client is not served');
    });
  };
  return { files: () => files, start, close: () => stop.abort() };
}

/** Resolves with the directory of a build of the present sources. */
function build(signal: AbortSignal): Promise<string> {
  const child = spawn(process.execPath, [builder], {
    signal,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let complaint = '';
  child.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString('utf8');
  });
  child.stderr.on('data', (bytes: Buffer) => {
    complaint += bytes.toString('utf8');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const last = said.trim().split('\n').at(-1) ?? '';
      if (code === 0) resolve((JSON.parse(last) as { directory: string }).directory);
      else reject(new Error(`building the web client ended with ${code}: ${complaint.trim()}`));
    });
  });
}
