interface TestFile {
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
}

/** What of vitest's JSON report is looked at. */
export interface TestReport {
  readonly testResults: readonly TestFile[];
}

export interface TestCount {
  readonly passed: number;
  readonly failed: number;
  /** What failed without being a failed test. */
  readonly reasons: readonly string[];
}

/**
 * Counts a run. A skipped test, a file that could not be loaded and a run that failed although
 * every test passed (an unhandled rejection) count as failures: nothing is left out quietly.
 */
export function countTests(report: TestReport | undefined, exitCode: number): TestCount {
  if (report === undefined) return { passed: 0, failed: 1, reasons: ['the run left no report'] };
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const failedTests = tests.filter(({ status }) => status === 'failed').length;
  const reasons = [
    ...tests
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
      .map(({ fullName, status }) => `${status}: ${fullName}`),
    ...report.testResults
      .filter(
        ({ status, assertionResults }) => status === 'failed' && !hasFailure(assertionResults),
      )
      .map(({ name }) => `failed outside its tests: ${name}`),
  ];
  const failed = failedTests + reasons.length;
  if (failed === 0 && exitCode !== 0) {
    return { passed, failed: 1, reasons: ['the run failed outside its tests'] };
  }
  return { passed, failed, reasons };
}

function hasFailure(results: TestFile['assertionResults']): boolean {
  return results.some(({ status }) => status === 'failed');
}
