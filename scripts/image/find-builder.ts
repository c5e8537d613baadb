import { runProgram } from '../run-program.ts';

export type Builder = 'docker' | 'podman' | 'buildah';

const builders: readonly Builder[] = ['docker', 'podman', 'buildah'];

export class UnknownBuilderError extends Error {}

/** The one that was asked for, or the first that works here: a docker without its engine does not. */
export async function findBuilder(wanted?: string): Promise<Builder> {
  for (const builder of builders) {
    if ((wanted ?? builder) === builder && (await works(builder))) return builder;
  }
  throw new UnknownBuilderError(
    wanted === undefined
      ? `an image needs ${builders.join(', or ')}; none of them works here`
      : `${wanted} does not work here; known are ${builders.join(', ')}`,
  );
}

async function works(builder: Builder): Promise<boolean> {
  try {
    const { exitCode } = await runProgram([builder, 'info']);
    return exitCode === 0;
  } catch {
    return false;
  }
}
