// A migration runs while pods of the previous release serve, and a roll back leaves it in place. So
// it must suit them too, and must not keep them waiting: expand first, contract a release later.
import type { RepositoryFile } from './check-files.ts';

/** The migrations of the first release: no earlier service ever ran on less. */
export const lastOfFirstRelease = 4;

interface Rule {
  /** `existing`: whether the table is older than this file. */
  readonly breaks: (statement: string, existing: boolean) => boolean;
  readonly advice: string;
}

/** What takes away or narrows is allowed once the release before does not use it, which must be said. */
const excuse = /^-- unused since v\d+\.\d+\.\d+/m;

const rules: readonly Rule[] = [
  {
    breaks: (statement) =>
      /\bdrop (table|column|constraint|index|view|type|function)\b/.test(statement),
    advice:
      'the release before may use it; drop it a release later, below "-- unused since vX.Y.Z"',
  },
  {
    breaks: (statement) => /\brename (to|column|constraint)\b|\brename \w+ to\b/.test(statement),
    advice: 'the release before knows the old name; add the new one beside it',
  },
  {
    breaks: (statement, existing) =>
      existing && /\balter column \w+ (set data )?type\b|\bset not null\b/.test(statement),
    advice:
      'rewrites or scans the table under its lock; add a column, or a check that is not valid',
  },
  {
    breaks: (statement, existing) =>
      existing && /\badd column\b[^,]*\bnot null\b(?![^,]*\bdefault\b)/.test(statement),
    advice: 'the release before writes rows without it; give it a default',
  },
  {
    breaks: (statement, existing) =>
      existing && /\badd constraint\b/.test(statement) && !/\bnot valid\b/.test(statement),
    advice: 'checks every row under a lock; add it not valid, and validate it in the next file',
  },
  {
    breaks: (statement, existing) =>
      existing &&
      /\bcreate (unique )?index\b/.test(statement) &&
      !/\bconcurrently\b/.test(statement),
    advice: 'keeps writers waiting; create it concurrently, in a file of its own',
  },
  {
    breaks: (statement) =>
      /\bconcurrently\b/.test(statement) && !/\bconcurrently if (not )?exists\b/.test(statement),
    advice: 'is done again when it was interrupted; say "if not exists" or "if exists"',
  },
];

/** What is wrong with the migrations that came after the first release. */
export function checkMigrations(files: readonly RepositoryFile[]): readonly string[] {
  return files.flatMap(({ path, text }) => {
    const version = Number(/(\d+)_[^/]*\.up\.sql$/.exec(path)?.[1] ?? 0);
    if (version <= lastOfFirstRelease) return [];
    return checkFile(text).map((problem) => `${path}: ${problem}`);
  });
}

function checkFile(text: string): readonly string[] {
  const statements = text
    .split(';')
    .map((raw) => ({ raw, sql: normalised(raw) }))
    .filter(({ sql }) => sql !== '');
  const created = new Set(statements.flatMap(({ sql }) => tableOf(sql, /^create table/) ?? []));
  const changesExisting = ({ sql }: { readonly sql: string }): boolean => {
    const table = tableOf(sql, /^(alter table|create (unique )?index)/);
    return table !== undefined && !created.has(table);
  };
  const problems = statements.flatMap((statement) =>
    rules
      .filter(({ breaks }) => breaks(statement.sql, changesExisting(statement)))
      .filter(() => !excuse.test(statement.raw.trim()))
      .map(({ advice }) => `${statement.sql.slice(0, 60)}: ${advice}`),
  );
  const concurrent = statements.some(({ sql }) => /\bconcurrently\b/.test(sql));
  if (concurrent && statements.length > 1) {
    problems.push(
      'an index is created concurrently in a file of its own: a file is one transaction',
    );
  }
  const locks = statements.some((statement) => changesExisting(statement)) && !concurrent;
  if (locks && !/^set lock_timeout\b/.test(statements[0]?.sql ?? '')) {
    problems.push(
      "begins with: set lock_timeout = '3s'; whoever waits for a lock holds up all others",
    );
  }
  return problems;
}

function normalised(statement: string): string {
  return statement
    .replaceAll(/--[^\n]*/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}

/** The table that a statement of that form is about. */
function tableOf(sql: string, form: RegExp): string | undefined {
  if (!form.test(sql)) return undefined;
  const named = /^create (unique )?index/.test(sql)
    ? /\bon (?:only )?([\w.]+)/.exec(sql)
    : /\btable (?:if (?:not )?exists )?(?:only )?([\w.]+)/.exec(sql);
  return named?.[1];
}
