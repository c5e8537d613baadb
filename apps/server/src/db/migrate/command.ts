import { createFiles } from './create-files.ts';
import { formatDuration } from './duration.ts';
import { type ParsedFlags, parseFlags, UsageError } from './flags.ts';
import { type Migrator, openMigrator } from './migrator.ts';
import { NIL_VERSION, type Step } from './plan.ts';
import * as usage from './usage.ts';

/** What the command needs from the process it runs in. */
export interface CommandContext {
  readonly programVersion: string;
  /** Stands in for a missing `-database`; throws where the environment names none that is usable. */
  databaseUrl(): string | undefined;
  print(line: string): void;
  /** Reads one line of the answer to a question that was printed. */
  answer(): Promise<string>;
  /** Aborted by Ctrl-C: stop after the migration that is running. */
  readonly signal: AbortSignal;
}

interface Invocation {
  readonly options: ParsedFlags;
  readonly context: CommandContext;
  readonly print: (line: string) => void;
  readonly verbose: (line: string) => void;
}

const GLOBAL_FLAGS = {
  source: 'text',
  path: 'text',
  database: 'text',
  prefetch: 'count',
  'lock-timeout': 'count',
  verbose: 'switch',
  version: 'switch',
  help: 'switch',
  h: 'switch',
} as const;
const HELP = { help: 'switch', h: 'switch' } as const;
const CREATE_FLAGS = {
  ...HELP,
  ext: 'text',
  dir: 'text',
  seq: 'switch',
  digits: 'count',
  format: 'text',
  tz: 'text',
} as const;

/** Runs one invocation of `migrate` and returns its exit code. */
export async function runMigrateCommand(
  args: readonly string[],
  context: CommandContext,
): Promise<number> {
  const startedAt = performance.now();
  let print = context.print;
  try {
    const options = parseFlags(args, GLOBAL_FLAGS);
    const isVerbose = options.switch('verbose');
    if (isVerbose) print = (line) => context.print(`${timestamp()} ${line}`);
    const verbose = isVerbose ? print : () => {};
    if (options.switch('version')) context.print(context.programVersion);
    else if (wantsHelp(options)) context.print(usage.USAGE);
    else await dispatch({ options, context, print, verbose });
    verbose(`Finished after ${formatDuration(performance.now() - startedAt)}`);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      if (error.message !== '') context.print(error.message);
      context.print(usage.USAGE);
      return 2;
    }
    print(`error: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

async function dispatch(call: Invocation): Promise<void> {
  const [command, ...args] = call.options.rest;
  switch (command) {
    case 'create':
      return await create(call, parseFlags(args, CREATE_FLAGS));
    case 'up':
      return await up(call, parseFlags(args, HELP));
    case 'down':
      return await down(call, parseFlags(args, { ...HELP, all: 'switch' }));
    case 'goto':
      return await goto(call, parseFlags(args, HELP));
    case 'version':
      return await version(call);
    case 'force':
      return await force(call, args);
    case 'drop':
      return await drop(call, parseFlags(args, { ...HELP, f: 'switch' }));
    default:
      throw new UsageError(command === undefined ? '' : `unknown command: ${command}`);
  }
}

async function create({ print }: Invocation, flags: ParsedFlags): Promise<void> {
  if (wantsHelp(flags)) return print(usage.CREATE_USAGE);
  const [title] = flags.rest;
  if (title === undefined) throw new Error('please specify name');
  if (flags.text('ext') === '') throw new Error('-ext flag must be specified');
  if (flags.switch('seq') && flags.text('format') !== '') {
    throw new Error('the seq and format options are mutually exclusive');
  }
  const created = await createFiles({
    directory: flags.text('dir') || '.',
    extension: flags.text('ext'),
    title,
    sequenceDigits: flags.switch('seq') ? (flags.count('digits') ?? 6) : undefined,
    format: flags.text('format'),
    timeZone: flags.text('tz') || 'UTC',
    now: new Date(),
  });
  for (const file of created) print(file);
}

async function up(call: Invocation, flags: ParsedFlags): Promise<void> {
  if (wantsHelp(flags)) return call.print(usage.UP_USAGE);
  const limit = parseLimit(flags.rest[0]);
  await migrate(call, (migrator) => migrator.up(limit));
}

async function down(call: Invocation, flags: ParsedFlags): Promise<void> {
  if (wantsHelp(flags)) return call.print(usage.DOWN_USAGE);
  const all = flags.switch('all');
  if (all && flags.rest.length > 0) throw new Error('-all cannot be used with other arguments');
  if (flags.rest.length > 1) throw new Error('too many arguments');
  const limit = parseLimit(flags.rest[0]);
  if (!all && limit === undefined) await confirm(call, 'apply all down migrations');
  await migrate(call, (migrator) => migrator.down(limit));
}

async function goto(call: Invocation, flags: ParsedFlags): Promise<void> {
  if (wantsHelp(flags)) return call.print(usage.GOTO_USAGE);
  const target = parseVersion(flags.rest[0], /^[0-9]+$/);
  await migrate(call, (migrator) => migrator.goto(target));
}

async function version(call: Invocation): Promise<void> {
  await withMigrator(call, async (migrator) => {
    const state = await migrator.version();
    if (state.version === NIL_VERSION && !state.dirty) throw new Error('no migration');
    call.print(`${state.version}${state.dirty ? ' (dirty)' : ''}`);
  });
}

async function force(call: Invocation, args: readonly string[]): Promise<void> {
  // `force -1` is a version and not a flag.
  const words = args[0] === '--' ? args.slice(1) : args;
  if (/^--?(h|help)$/.test(words[0] ?? '')) return call.print(usage.FORCE_USAGE);
  const target = parseVersion(words[0], /^-?[0-9]+$/);
  if (target < NIL_VERSION) throw new Error('argument V must be >= -1');
  await withMigrator(call, (migrator) => migrator.force(target));
}

async function drop(call: Invocation, flags: ParsedFlags): Promise<void> {
  if (wantsHelp(flags)) return call.print(usage.DROP_USAGE);
  if (!flags.switch('f')) await confirm(call, 'drop the entire database schema');
  await withMigrator(call, (migrator) => migrator.drop());
}

async function migrate(
  call: Invocation,
  run: (migrator: Migrator) => Promise<readonly Step[]>,
): Promise<void> {
  await withMigrator(call, async (migrator) => {
    const done = await run(migrator);
    if (done.length === 0 && !call.context.signal.aborted) call.print('no change');
  });
}

async function withMigrator(
  { options, context, print, verbose }: Invocation,
  run: (migrator: Migrator) => Promise<void>,
): Promise<void> {
  const lockTimeoutSeconds = options.count('lock-timeout');
  const migrator = await openMigrator({
    databaseUrl: requireUrl(options.text('database') || context.databaseUrl()),
    directory: parseSource(options.text('source'), options.text('path')),
    ...(lockTimeoutSeconds !== undefined && { lockTimeoutMs: lockTimeoutSeconds * 1000 }),
    signal: context.signal,
    onAhead: (version) =>
      print(`the database is at version ${version}, past every file here: left as it is`),
    onLockWait: () => verbose('Waiting for another migrator to finish'),
    onStepStart: (step) => verbose(`Read and execute ${describeStep(step)}`),
    onStep: (step, durationMs) => {
      const duration = formatDuration(durationMs);
      if (options.switch('verbose')) print(`Finished ${describeStep(step)} (ran ${duration})`);
      else print(`${describeStep(step)} (${duration})`);
    },
  });
  try {
    await run(migrator);
  } finally {
    verbose('Closing source and database');
    await migrator.close();
  }
}

function requireUrl(url: string | undefined): string {
  if (!url) throw new Error('no database: give -database or set DATABASE_URL');
  return url;
}

function parseSource(source: string, path: string): string {
  const chosen = source || (path && `file://${path}`);
  if (!chosen.startsWith('file://')) throw new Error('give -path, or -source file://path');
  return chosen.slice('file://'.length) || '.';
}

function describeStep({ version, direction, file }: Step): string {
  return `${version}/${direction === 'up' ? 'u' : 'd'} ${file?.title ?? '<empty>'}`;
}

async function confirm({ context, print }: Invocation, action: string): Promise<void> {
  print(`Are you sure you want to ${action}? [y/N]`);
  const answer = await context.answer();
  if (answer.trim().toLowerCase() !== 'y') throw new Error(`not confirmed: did not ${action}`);
}

function parseLimit(word: string | undefined): number | undefined {
  if (word === undefined) return undefined;
  if (!/^[0-9]+$/.test(word)) throw new Error("can't read limit argument N");
  return Number(word);
}

function parseVersion(word: string | undefined, form: RegExp): number {
  if (word === undefined) throw new Error('please specify version argument V');
  if (!form.test(word)) throw new Error("can't read version argument V");
  return Number(word);
}

function wantsHelp(flags: ParsedFlags): boolean {
  return flags.switch('help') || flags.switch('h');
}

function timestamp(): string {
  return new Date().toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
}
