/**
 * Measures a raw ceiling before and after the work: what else runs on the machine changes from one
 * minute to the next. Both are empty when there is no ceiling to measure.
 */
export async function around<Ceiling, Result>(
  measureCeiling: (() => Promise<Ceiling>) | undefined,
  work: () => Promise<Result>,
): Promise<{ ceilings: readonly Ceiling[]; result: Result }> {
  const before = measureCeiling === undefined ? [] : [await measureCeiling()];
  const result = await work();
  const after = measureCeiling === undefined ? [] : [await measureCeiling()];
  return { ceilings: [...before, ...after], result };
}

export interface Ceiling {
  readonly perSecond: number;
  readonly cpuMicros: number;
}

/** The mean of the ceilings, and what share of it was reached. */
export function ceilingFigures(ceilings: readonly Ceiling[], reachedPerSecond: number) {
  if (ceilings.length === 0) return {};
  const mean = (figure: (ceiling: Ceiling) => number) =>
    ceilings.reduce((sum, ceiling) => sum + figure(ceiling), 0) / ceilings.length;
  const perSecond = mean((ceiling) => ceiling.perSecond);
  return {
    ceilingPerSecond: perSecond,
    ceilingCpuMicros: mean((ceiling) => ceiling.cpuMicros),
    ratioToCeiling: reachedPerSecond / perSecond,
  };
}
