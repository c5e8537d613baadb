import { styleText } from 'node:util';
import { runCommand } from './run-command.ts';
import type { ProgramResult } from './run-program.ts';

export interface Step {
  readonly name: string;
  readonly command: readonly string[];
}

/** Runs the steps at the same time; prints a line for each and the output of those that failed. */
export async function runSteps(steps: readonly Step[]): Promise<readonly string[]> {
  const results = await Promise.all(
    steps.map(async ({ name, command }) => {
      const result = await runCommand(command);
      report(name, result);
      return { name, failed: result.exitCode !== 0 };
    }),
  );
  return results.filter(({ failed }) => failed).map(({ name }) => name);
}

function report(name: string, { exitCode, output, seconds }: ProgramResult): void {
  const mark = exitCode === 0 ? styleText('green', '✓') : styleText('red', '✗');
  console.log(`${mark} ${name} ${styleText('gray', `${seconds.toFixed(1)} s`)}`);
  if (exitCode !== 0) console.log(output.trim().replace(/^/gm, '  '));
}
