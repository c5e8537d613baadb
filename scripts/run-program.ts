import { spawn } from 'node:child_process';

export interface ProgramResult {
  readonly exitCode: number;
  readonly output: string;
  readonly seconds: number;
}

export interface ProgramOptions {
  /** Shown as it comes instead of being kept. */
  readonly live?: boolean;
  readonly directory?: string;
  /** Added to this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program of the system to its end; rejects where there is none of that name. */
export function runProgram(
  [program = '', ...given]: readonly string[],
  { live = false, directory, env = {} }: ProgramOptions = {},
): Promise<ProgramResult> {
  const startedAtMs = performance.now();
  const child = spawn(program, given, {
    cwd: directory,
    stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
    env: { ...process.env, ...(live ? {} : { FORCE_COLOR: '0' }), ...env },
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
