/** What was wrong with what arrived. */
export interface Verdict {
  readonly lost: number;
  readonly duplicated: number;
  readonly outOfOrder: number;
  readonly refused: number;
  readonly unanswered: number;
  /** Sockets that ended on their own. */
  readonly cut: number;
  readonly firstFault: string | undefined;
}

/** Several verdicts as one. */
export function addVerdicts(verdicts: readonly Verdict[]): Verdict {
  const sum = (field: Exclude<keyof Verdict, 'firstFault'>) =>
    verdicts.reduce((total, verdict) => total + verdict[field], 0);
  return {
    lost: sum('lost'),
    duplicated: sum('duplicated'),
    outOfOrder: sum('outOfOrder'),
    refused: sum('refused'),
    unanswered: sum('unanswered'),
    cut: sum('cut'),
    firstFault: verdicts.find(({ firstFault }) => firstFault !== undefined)?.firstFault,
  };
}

/** Whether anything was wrong: a fast wrong answer is a failure. */
export function isWrong(verdict: Verdict): boolean {
  const { lost, duplicated, outOfOrder, refused, unanswered, cut } = verdict;
  return lost + duplicated + outOfOrder + refused + unanswered + cut > 0;
}
