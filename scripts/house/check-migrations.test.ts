import { expect, test } from 'vitest';
import { checkMigrations, lastOfFirstRelease } from './check-migrations.ts';

const problemsOf = (text: string, version = lastOfFirstRelease + 1) =>
  checkMigrations([{ path: `migrations/${String(version).padStart(6, '0')}_x.up.sql`, text }]);
const timeout = "set lock_timeout = '3s';\n";

test.each([
  ['a table of its own', 'create table a (id uuid primary key); create index a_id on a (id);'],
  [
    'a column with a default',
    `${timeout}alter table messages add column a int not null default 0;`,
  ],
  ['a column that may be empty', `${timeout}alter table messages add column a int;`],
  ['an index beside the traffic', 'create index concurrently if not exists a on messages (id);'],
  [
    'a constraint for new rows',
    `${timeout}alter table messages add constraint c check (a > 0) not valid;`,
  ],
  [
    'a drop of what nobody uses any more',
    `${timeout}-- unused since v1.2.0\nalter table messages drop column a;`,
  ],
])('passes: %s', (_, text) => {
  expect(problemsOf(text)).toEqual([]);
});

test.each([
  ['a release later', `${timeout}alter table messages drop column body;`],
  ['a release later', 'drop table reactions;'],
  ['the old name', `${timeout}alter table messages rename column body to text;`],
  ['the old name', `${timeout}alter table messages rename to notes;`],
  ['rewrites or scans', `${timeout}alter table messages alter column seq type int;`],
  ['rewrites or scans', `${timeout}alter table users alter column name set not null;`],
  ['give it a default', `${timeout}alter table messages add column a int not null;`],
  ['not valid', `${timeout}alter table messages add constraint c check (a > 0);`],
  ['concurrently, in a file of its own', `${timeout}create index a on messages (id);`],
  [
    'one transaction',
    'create index concurrently if not exists a on messages (id); create index concurrently if not exists b on log (id);',
  ],
  ['done again', 'create index concurrently a on messages (id);'],
  ['lock_timeout', 'alter table messages add column a int;'],
])('refused, with the way out: %s', (advice, text) => {
  expect(problemsOf(text)).toEqual([expect.stringContaining(advice)]);
});

test('the first release could do as it liked', () => {
  expect(problemsOf('drop table reactions;', lastOfFirstRelease)).toEqual([]);
});
