// bench/RESULTS.md: what was measured, against the targets, with the commands that repeat it.
import { isWrong } from './generator/verdict.ts';
import { machineSummary } from './measure/machine.ts';
import type { Outcome } from './outcome.ts';
import { rounded } from './print.ts';
import { notes } from './subjects/notes.ts';
import type { SubjectName } from './subjects/subject.ts';
import { isHit, type Target, targets } from './targets.ts';

export interface Run {
  readonly command: string;
  readonly outcome: Outcome | undefined;
  /** Why there is no outcome. */
  readonly failure: string | undefined;
}

const figures = [
  ['sends/s', 'sendsPerSecond'],
  ['deliveries/s', 'deliveriesPerSecond'],
  ['connects/s', 'connectsPerSecond'],
  ['call set-ups/s', 'setupsPerSecond'],
  ['p50 ms', 'p50Ms'],
  ['p99 ms', 'p99Ms'],
  ['delivery p50 ms', 'deliveryP50Ms'],
  ['delivery p99 ms', 'deliveryP99Ms'],
  ['set-ups/s while signals are timed', 'signalsAtSetupsPerSecond'],
  ['signal p50 ms', 'signalP50Ms'],
  ['signal p99 ms', 'signalP99Ms'],
  ['signal between nodes p50 ms', 'signalAcrossP50Ms'],
  ['signal between nodes p99 ms', 'signalAcrossP99Ms'],
  ['generator late p99 ms', 'generatorLateP99Ms'],
  ['service µs a message', 'serviceCpuMicrosPerMessage'],
  ['database µs a message', 'databaseCpuMicrosPerMessage'],
  ['service µs a delivery', 'serviceCpuMicrosPerDelivery'],
  ['generator µs a delivery', 'generatorCpuMicrosPerDelivery'],
  ['service µs a connect', 'serviceCpuMicrosPerConnect'],
  ['service µs a set-up', 'serviceCpuMicrosPerSetup'],
  ['database µs a set-up', 'databaseCpuMicrosPerSetup'],
  ['CPU of 3 nodes over 1', 'nodesCostRatio'],
  ['p50 with Kafka stopped over with it', 'kafkaStoppedRatio'],
  ['all back s', 'allBackSeconds'],
  ['database load over steady', 'databaseLoadRatio'],
  ['resident bytes a socket', 'residentBytesPerSocket'],
  ['resident bytes a further socket', 'residentBytesPerFurtherSocket'],
  ['empty process bytes', 'emptyProcessBytes'],
  ['first start ms', 'firstStartMs'],
  ['later start ms', 'startMs'],
  ['production boot ms', 'productionStartMs'],
  ['ceiling/s', 'ceilingPerSecond'],
  ['ceiling CPU µs', 'ceilingCpuMicros'],
  ['of the ceiling', 'ratioToCeiling'],
  ['cost many / few stored', 'costRatio'],
] as const satisfies readonly (readonly [string, keyof Outcome])[];

/** A peer that is not measured, and why. */
export interface LeftOut {
  readonly subject: SubjectName;
  readonly reason: string;
}

export function resultsPage(
  runs: readonly Run[],
  leftOut: readonly LeftOut[],
  commit: string,
  date: Date,
): string {
  const outcomes = runs.flatMap(({ outcome }) => outcome ?? []);
  return [
    '# Benchmark results',
    `Written by \`npm run bench -- all\`; not edited by hand. Commit ${commit}, ${date.toISOString().slice(0, 10)}. Machine: ${machineSummary()}; the service, PostgreSQL and the load generator share it. Ratios are taken within one run; \`others\` is the CPU that unrelated programs took meanwhile.`,
    '## Targets',
    targetTable(outcomes.filter(({ subject }) => subject === 'nova')),
    '## Figures',
    ...sections(outcomes),
    '## What is compared',
    Object.entries(notes)
      .map(([subject, note]) => `- **${subject}**: ${note}`)
      .join('\n'),
    ...leftOut.map(({ subject, reason }) => `Left out: ${subject}. ${reason}`),
    '## Commands',
    runs
      .map(
        ({ command, failure }) =>
          `- \`${command}\`${failure === undefined ? '' : ` - failed: ${failure}`}`,
      )
      .join('\n'),
    '',
  ].join('\n\n');
}

function targetTable(outcomes: readonly Outcome[]): string {
  const rows = targets.map((target) => {
    const outcome = outcomes.find(({ scenario }) => scenario === target.scenario);
    const figure = outcome === undefined ? undefined : target.figure(outcome);
    return [target.id, target.scenario, target.what, goal(target), ...judged(target, figure)];
  });
  return table(['#', 'scenario', 'what', 'target', 'measured', 'result'], rows);
}

function goal({ least, bound, unit }: Target): string {
  return `${least ? '≥' : '≤'} ${bound.toLocaleString('en')} ${unit}`.trim();
}

function judged(target: Target, figure: number | undefined): readonly string[] {
  if (figure === undefined) return ['-', 'not measured'];
  return [show(figure), isHit(target, figure) ? 'hit' : '**miss**'];
}

function sections(outcomes: readonly Outcome[]): string[] {
  const names = [...new Set(outcomes.map(({ scenario }) => scenario))];
  return names.map((name) => {
    const group = outcomes.filter(({ scenario }) => scenario === name);
    return `### ${name}\n\n${figureTable(group)}${group.map(variantTable).join('')}`;
  });
}

/** Figures down, subjects across. */
function figureTable(outcomes: readonly Outcome[]): string {
  const rows = figures
    .filter(([, field]) => outcomes.some((outcome) => outcome[field] !== undefined))
    .map(([title, field]) => [title, ...outcomes.map((outcome) => show(outcome[field]))]);
  const answers = ['answers', ...outcomes.map(answersOf)];
  const cores = ['cores', ...outcomes.map(coresOf)];
  return table(['', ...outcomes.map(({ subject }) => subject)], [...rows, answers, cores]);
}

function answersOf(outcome: Outcome): string {
  if (!isWrong(outcome)) return 'all right';
  const { lost, duplicated, outOfOrder, refused, unanswered, cut } = outcome;
  const wrong = { lost, duplicated, outOfOrder, refused, unanswered, cut };
  return Object.entries(wrong)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

function coresOf({ cores }: Outcome): string {
  if (cores === undefined) return '-';
  return `service ${cores.service}, database ${cores.database}, generator ${cores.generator}, others ${cores.others}`;
}

function variantTable({ variants }: Outcome): string {
  if (variants === undefined) return '';
  const fields = [...new Set(Object.values(variants).flatMap(Object.keys))];
  const rows = Object.entries(variants).map(([name, variant]) => [
    name,
    ...fields.map((field) => show(variant[field])),
  ]);
  return `\n\n${table(['', ...fields], rows)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function show(figure: number | undefined): string {
  return figure === undefined
    ? '-'
    : rounded(figure).toLocaleString('en', { maximumFractionDigits: 3 });
}
