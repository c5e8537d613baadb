import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const rootDirectory = fileURLToPath(new URL('..', import.meta.url));

export interface CommandResult {
  readonly exitCode: number;
  readonly output: string;
  readonly seconds: number;
}

export interface CommandOptions {
  /** Shown as it comes instead of being kept. */
  readonly live?: boolean;
  readonly directory?: string;
}

/** Runs a program of node_modules/.bin, or `node` itself: the Node that runs this script. */
export function runCommand(
  [name, ...given]: readonly string[],
  { live = false, directory = rootDirectory }: CommandOptions = {},
): Promise<CommandResult> {
  const startedAtMs = performance.now();
  const program = name === 'node' ? process.execPath : `${rootDirectory}node_modules/.bin/${name}`;
  const child = spawn(program, given, {
    cwd: directory,
    stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
    env: { ...process.env, ...(live ? {} : { FORCE_COLOR: '0' }) },
  });
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({
        exitCode: code ?? 1,
        output: Buffer.concat(chunks).toString('utf8'),
        seconds: (performance.now() - startedAtMs) / 1_000,
      }),
    );
  });
}
