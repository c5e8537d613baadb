import { fileURLToPath } from 'node:url';
import { runProgram } from '../../scripts/run-program.ts';
import { golangMigrate } from '../../scripts/special-tests/migration-tools.ts';

export interface Said {
  readonly exitCode: number;
  /** Without how long it took. */
  readonly output: string;
}

export type Migrate = (...words: readonly string[]) => Promise<Said>;

const program = fileURLToPath(new URL('../../apps/server/src/bin/migrate.ts', import.meta.url));

const runner =
  (command: readonly string[]): Migrate =>
  async (...words) => {
    const { exitCode, output } = await runProgram([...command, ...words]);
    return { exitCode, output: output.replaceAll(/ \([\d.]+(m|µ|)s\)/g, '') };
  };

/** The two commands, for the same words. */
export const migrators = {
  ours: runner([process.execPath, '--conditions=source', program]),
  golang: runner([golangMigrate()]),
};
