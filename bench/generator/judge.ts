import type { Crew } from './crew.ts';
import type { Member } from './member.ts';
import type { Verdict } from './verdict.ts';

/** Compares what every socket received with what was sent to its conversation. */
export function judge(crew: Crew, sentTo: (member: Member) => number): Verdict {
  const { refused, cut, firstFault } = crew.meters;
  let { lost, duplicated, outOfOrder } = crew.meters;
  for (const member of crew.members) {
    lost += member.check.lost(sentTo(member));
    duplicated += member.check.repeated(sentTo(member));
    outOfOrder += member.check.outOfOrder;
  }
  return {
    lost,
    duplicated,
    outOfOrder,
    refused,
    unanswered: crew.sendsUnderWay,
    cut,
    firstFault,
  };
}
