/** `npm run faults`: exits with 0 only if nothing was lost, doubled or out of order. */
import { readOptions, usage } from './options.ts';
import { runFaults } from './run-faults.ts';
import { summaryOf } from './summary.ts';

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    console.log(usage);
    return 0;
  }
  const { json, ...options } = readOptions(args);
  const say = (line: string): void => {
    if (!json) console.log(line);
  };
  try {
    const report = await runFaults(options, say);
    console.log(json ? JSON.stringify(report) : summaryOf(report).join('\n'));
    return report.ok ? 0 : 1;
  } catch (error) {
    console.error(`seed ${options.seed}:`, error);
    return 1;
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
process.exitCode = await main(process.argv.slice(2));
