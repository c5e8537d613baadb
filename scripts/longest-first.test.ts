import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Vitest } from 'vitest/node';
import { LongestFirst, longest } from './longest-first.ts';

test('what is said to be long is a test', () => {
  expect(longest.filter((path) => !existsSync(path))).toEqual([]);
});

test('the longest come first among those of their project, the others as vitest orders them', async () => {
  const root = '/project';
  const projects = ['e2e', 'unit'].map((name) => ({
    name,
    config: { isolate: false, sequence: { groupOrder: 0 } },
  }));
  const file = (
    project: (typeof projects)[number] | undefined,
    path: string,
    duration: number,
  ) => ({
    project,
    moduleId: `${root}/${path}`,
    duration,
  });
  const [e2e, unit] = projects;
  const files = [
    file(unit, 'scripts/a.test.ts', 9),
    file(unit, longest.at(-1) ?? '', 1),
    file(e2e, 'tests/b.test.ts', 7),
    file(e2e, longest[1] ?? '', 2),
    file(e2e, 'tests/c.test.ts', 8),
    file(e2e, longest[0] ?? '', 3),
  ];
  const cache = {
    getTestSpecificationResult: ({ duration }: { duration: number }) => ({
      duration,
      failed: false,
    }),
  };
  const sequencer = new LongestFirst({ config: { root }, cache } as unknown as Vitest);
  const sorted = await sequencer.sort(files as never);
  expect(sorted.map(({ moduleId }) => moduleId.slice(root.length + 1))).toEqual([
    longest[0],
    longest[1],
    'tests/c.test.ts',
    'tests/b.test.ts',
    longest.at(-1),
    'scripts/a.test.ts',
  ]);
});
