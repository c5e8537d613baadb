import { expect, test } from 'vitest';
import { countTests, type TestReport } from './count-tests.ts';

const file = (
  status: string,
  ...statuses: readonly string[]
): TestReport['testResults'][number] => ({
  name: 'a.test.ts',
  status,
  assertionResults: statuses.map((each, index) => ({ status: each, fullName: `test ${index}` })),
});

test('sums up over all files', () => {
  const report = { testResults: [file('passed', 'passed', 'passed'), file('failed', 'failed')] };
  expect(countTests(report, 1)).toEqual({ passed: 2, failed: 1, reasons: [] });
});

test.each(['skipped', 'pending', 'todo'])('a %s test fails the run', (status) => {
  const { passed, failed, reasons } = countTests(
    { testResults: [file('passed', 'passed', status)] },
    0,
  );
  expect({ passed, failed }).toEqual({ passed: 1, failed: 1 });
  expect(reasons).toEqual([`${status}: test 1`]);
});

test('a file that cannot be loaded fails the run', () => {
  expect(countTests({ testResults: [file('failed')] }, 1)).toMatchObject({ passed: 0, failed: 1 });
});

test('a failure outside all tests fails the run', () => {
  expect(countTests({ testResults: [file('passed', 'passed')] }, 1)).toMatchObject({ failed: 1 });
  expect(countTests(undefined, 1)).toMatchObject({ passed: 0, failed: 1 });
});
