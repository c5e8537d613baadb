import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';

export interface ProgramResult {
  readonly exitCode: number;
  readonly output: string;
  readonly seconds: number;
}

export interface ProgramOptions {
  /** Shown as it comes instead of being kept. */
  readonly live?: boolean;
  readonly directory?: string;
  /** It, and what it starts, gets the processor only while nothing else wants it. */
  readonly yielding?: boolean;
  /** Added to this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program of the system to its end; rejects where there is none of that name. */
export function runProgram(
  [program = '', ...given]: readonly string[],
  { live = false, directory, yielding = false, env = {} }: ProgramOptions = {},
): Promise<ProgramResult> {
  const startedAtMs = performance.now();
  const child = spawn(program, given, {
    cwd: directory,
    stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
    env: { ...process.env, ...(live ? {} : { FORCE_COLOR: '0' }), ...env },
  });
  if (yielding && child.pid !== undefined) {
    setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  }
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
