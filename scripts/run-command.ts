import { fileURLToPath } from 'node:url';
import { type ProgramOptions, type ProgramResult, runProgram } from './run-program.ts';

export const rootDirectory = fileURLToPath(new URL('..', import.meta.url));

/** Runs a program of node_modules/.bin, or `node` itself: the Node that runs this script. */
export function runCommand(
  [name = '', ...given]: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const program = name === 'node' ? process.execPath : `${rootDirectory}node_modules/.bin/${name}`;
  return runProgram([program, ...given], { directory: rootDirectory, ...options });
}
