import { parseArgs } from 'node:util';
import { type SubjectName, subjectNames } from './subjects/subject.ts';

export interface Options {
  readonly json: boolean;
  readonly subject: Exclude<SubjectName, 'ws-broadcast'>;
  readonly seconds: number;
  readonly warmupSeconds: number;
  /** Whether the raw ceiling is measured in the same run. */
  readonly ceiling: boolean;
  /** Generator processes. */
  readonly generators: number | undefined;
  /** Sends, or calls, under way at once, over all senders; undefined is the scenario's own. */
  readonly window: number | undefined;
  /** Sends a second of `latency`, `crossing` and `kafka`. */
  readonly rate: number;
  /** Sockets of `idle`, `connect`, `fanout` and `calls`; undefined is the scenario's own. */
  readonly sockets: number | undefined;
  /** Messages stored before the larger half of `growth`. */
  readonly stored: number;
  /** CPUs of the generator and of the subject, as `taskset -c` takes them. */
  readonly generatorCpus: string | undefined;
  readonly subjectCpus: string | undefined;
}

export const usage = `npm run bench -- <scenario> [options]
  scenarios   send fanout latency crossing idle connect storm nodes kafka calls
              growth start all
  --json              one JSON line instead of a table
  --seconds N         length of the measurement (10)
  --warmup N          seconds before it (2)
  --subject NAME      ${subjectNames.join(', ')}
  --no-ceiling        leave out the raw ceiling
  --generators N      generator processes
  --window N          sends, or calls, under way at once
  --rate N            sends a second of latency, crossing, kafka (1000)
  --sockets N         sockets of idle, connect, fanout, calls
  --stored N          messages stored for growth (10000000)
  --generator-cpus L  CPUs for the generator, as taskset -c takes them
  --subject-cpus L    CPUs for the subject and its database`;

/** The command line cannot be understood. */
export class UsageError extends Error {}

export function parseOptions(args: readonly string[]): { scenario: string; options: Options } {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    allowNegative: true,
    options: {
      json: { type: 'boolean', default: false },
      seconds: { type: 'string', default: '10' },
      warmup: { type: 'string', default: '2' },
      subject: { type: 'string', default: 'nova' },
      ceiling: { type: 'boolean', default: true },
      generators: { type: 'string' },
      window: { type: 'string' },
      rate: { type: 'string', default: '1000' },
      sockets: { type: 'string' },
      stored: { type: 'string', default: '10000000' },
      'generator-cpus': { type: 'string' },
      'subject-cpus': { type: 'string' },
    },
  });
  const [scenario] = positionals;
  const subject = subjectNames.find((name) => name === values.subject);
  if (scenario === undefined || positionals.length > 1) throw new UsageError('name one scenario');
  if (subject === undefined) throw new UsageError(`unknown subject ${values.subject}`);
  const options: Options = {
    json: values.json,
    subject,
    seconds: positive('seconds', values.seconds),
    warmupSeconds: positive('warmup', values.warmup),
    ceiling: values.ceiling,
    generators: optional('generators', values.generators),
    window: optional('window', values.window),
    rate: positive('rate', values.rate),
    sockets: optional('sockets', values.sockets),
    stored: positive('stored', values.stored),
    generatorCpus: values['generator-cpus'],
    subjectCpus: values['subject-cpus'],
  };
  return { scenario, options };
}

function optional(name: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : positive(name, text);
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new UsageError(`--${name} must be a positive number`);
  return value;
}
