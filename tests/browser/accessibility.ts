import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe finds serious or worse on a page as it is now, one line for each element. */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  // Evaluated, not added as a script: the policy of the page would rightly refuse that.
  await page.evaluate(axe.source);
  // A transition under way has colours that nobody chose.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
        .map((animation) => animation.finished.catch(() => {})),
    ),
  );
  const { violations } = await page.evaluate(() => {
    const { axe: loaded } = globalThis as unknown as { axe: typeof axe };
    return loaded.run(document, { resultTypes: ['violations'] });
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html} ${failureSummary}`),
    );
}
