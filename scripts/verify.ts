// Everything that must hold before a commit: `npm run verify`.
import { parseArgs } from 'node:util';
import { runSteps, type Step } from './steps.ts';

const script = (name: string, ...given: readonly string[]) => [
  'node',
  '--conditions=source',
  `scripts/${name}.ts`,
  ...given,
];

/** In two rounds, so that small machines are not drowned. */
const rounds: (readonly Step[])[] = [
  [
    { name: 'format and lint (biome)', command: ['biome', 'check', '--error-on-warnings', '.'] },
    { name: 'types (tsc)', command: ['tsc', '-p', 'tsconfig.json'] },
    { name: 'house rules', command: script('house') },
    { name: 'generated documents are current', command: script('docs', '--check') },
    { name: 'nothing unused (knip)', command: ['knip', '--no-progress'] },
  ],
  [{ name: 'unit tests', command: ['vitest', 'run', '--project', 'unit', '--reporter=dot'] }],
];

const { values } = parseArgs({ options: { 'no-tests': { type: 'boolean', default: false } } });
if (values['no-tests']) rounds.pop();

const failed: string[] = [];
for (const round of rounds) failed.push(...(await runSteps(round)));
if (failed.length > 0) console.error(`\nfailed: ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
