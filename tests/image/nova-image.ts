import { rootDirectory } from '../../scripts/run-command.ts';
import { runProgram } from '../../scripts/run-program.ts';
import { debianNode } from './debian-node.ts';
import { engineEnvironment } from './engine.ts';

const image = 'localhost/nova/messaging-service:under-test';

/**
 * Builds the image with `npm run image` on the stand-in base; resolves with its name. It takes minutes
 * where nothing is cached, in which the tests beside it go first.
 */
export async function buildImage(): Promise<{ readonly image: string; readonly base: string }> {
  const base = await debianNode();
  const { exitCode, output } = await runProgram(
    [
      process.execPath,
      ...['--conditions=source', 'scripts/image.ts', '--builder', 'buildah'],
      ...['--tag', image, '--base', base, '--network', 'host'],
    ],
    { directory: rootDirectory, env: engineEnvironment, yielding: true },
  );
  if (exitCode !== 0) throw new Error(`the image could not be built:\n${output.slice(-8_000)}`);
  return { image, base };
}
