// All tests of all projects: `npm test`. The last line sums them up: `N passed, N failed`.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { countTests, type TestReport } from './count-tests.ts';
import { runCommand } from './run-command.ts';
import { type LeftOut, prepareSpecialTests } from './special-tests/special-tests.ts';
import { ensureTestServers } from './test-servers/ensure.ts';

const neededMajor = 24;

async function main(): Promise<number> {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < neededMajor) {
    console.error(`Node ${neededMajor} or later is needed; this is ${process.version}`);
    return 1;
  }
  const { positionals } = parseArgs({ allowPositionals: true });
  let leftOut: readonly LeftOut[];
  try {
    await ensureTestServers();
    leftOut = await prepareSpecialTests(positionals);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
  const directory = await mkdtemp(join(tmpdir(), 'nova-tests-'));
  const file = join(directory, 'report.json');
  // What one worker or service of a test has compiled, the others need not.
  const compiled = join(directory, 'compiled');
  try {
    const { exitCode } = await runCommand(
      [
        'vitest',
        'run',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${file}`,
        ...positionals,
      ],
      { live: true, env: { NODE_COMPILE_CACHE: compiled, ...leftOutEnvironment(leftOut) } },
    );
    const report = await readFile(file, 'utf8').then(
      (text) => JSON.parse(text) as TestReport,
      () => undefined,
    );
    const { passed, failed, reasons } = countTests(report, exitCode);
    for (const reason of reasons) console.error(reason);
    for (const { name, reason } of leftOut) console.log(`not tested here: ${name}: ${reason}`);
    console.log(`${passed} passed, ${failed} failed`);
    return failed === 0 && passed > 0 ? 0 : 1;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function leftOutEnvironment(leftOut: readonly LeftOut[]): Readonly<Record<string, string>> {
  if (leftOut.length === 0) return {};
  return { NOVA_TESTS_LEFT_OUT: leftOut.flatMap(({ paths }) => paths).join(',') };
}

process.exitCode = await main();
