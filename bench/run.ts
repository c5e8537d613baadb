// npm run bench -- <scenario>: measures the service or a peer, and fails when an answer was wrong,
// however fast.
import { measureAll } from './all.ts';
import { isWrong } from './generator/verdict.ts';
import { type Options, parseOptions, UsageError, usage } from './options.ts';
import type { Outcome } from './outcome.ts';
import { jsonLine, listing } from './print.ts';
import { scenarios } from './scenarios/index.ts';
import { Child } from './subjects/child.ts';

const scenarioTimeoutMs = 45 * 60_000;

/** Ends every child when it takes too long: the scenario then fails and cleans up. */
async function measure(scenario: string, options: Options): Promise<Outcome> {
  const run = scenarios[scenario];
  if (run === undefined) throw new UsageError(`unknown scenario ${scenario}`);
  const overdue = setTimeout(() => Child.endAll(), scenarioTimeoutMs);
  try {
    return await run(options);
  } finally {
    clearTimeout(overdue);
  }
}

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interruption.abort();
    Child.endAll();
  });
}

async function main(): Promise<boolean> {
  const { scenario, options } = parseOptions(process.argv.slice(2));
  if (scenario === 'all') return measureAll(options, measure, interruption.signal);
  const outcome = await measure(scenario, options);
  console.log(options.json ? jsonLine(outcome) : listing(outcome));
  return !isWrong(outcome);
}

main().then(
  (held) => {
    process.exitCode = held ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    if (error instanceof UsageError) console.error(`\n${usage}`);
    process.exitCode = 1;
  },
);
