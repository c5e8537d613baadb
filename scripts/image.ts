// Builds the image of the service with whatever builder is there: `npm run image`, or with options
// `npm run image -- --tag registry.acme.org/nova/messaging-service:v0.1.0 --base node@sha256:…`.
import { parseArgs } from 'node:util';
import { buildArguments } from './image/build-arguments.ts';
import { findBuilder, UnknownBuilderError } from './image/find-builder.ts';
import { readRelease } from './image/release.ts';
import { rootDirectory } from './run-command.ts';
import { runProgram } from './run-program.ts';

const { values } = parseArgs({
  options: {
    tag: { type: 'string' },
    base: { type: 'string' },
    builder: { type: 'string' },
    network: { type: 'string' },
  },
});

async function main(): Promise<number> {
  const builder = await findBuilder(values.builder);
  const release = await readRelease();
  const tag = values.tag ?? `nova/messaging-service:v${release.version}`;
  const { tag: _, builder: __, ...options } = values;
  const given = buildArguments({ builder, release, tag, ...options });
  console.log(`${builder} ${given.join(' ')}`);
  const { exitCode } = await runProgram([builder, ...given], {
    live: true,
    directory: rootDirectory,
  });
  if (exitCode === 0) console.log(`built ${tag}`);
  return exitCode;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UnknownBuilderError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
