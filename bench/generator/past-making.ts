import { setTimeout as pause } from 'node:timers/promises';
import type { Crew } from './crew.ts';
import { limited } from './limited.ts';
import type { Member } from './member.ts';

const probesAtOnce = 32;
const pollMs = 250;
/** Several heartbeats of the service. */
const withinMs = 120_000;

/**
 * Resolves when everybody holds a position past the making of their conversation. Positions are
 * opaque, so the service is asked: from one that is older it tells of the conversation. Few are
 * asked about, as a heartbeat hands the same position to many.
 */
export async function untilPastMaking(crew: Crew): Promise<void> {
  const deadline = performance.now() + withinMs;
  const past = new Map<string, boolean>();
  for (;;) {
    const holders = new Map(crew.members.map((member) => [keyOf(member), member]));
    const unknown = [...holders].filter(([key]) => !past.has(key));
    await limited(unknown, probesAtOnce, async ([key, member]) => {
      past.set(key, await isPastMaking(crew, member));
    });
    const behind = crew.members.filter((member) => past.get(keyOf(member)) !== true).length;
    if (behind === 0) return;
    if (performance.now() > deadline) {
      throw new Error(`${behind} members hold a position older than their conversation`);
    }
    await pause(pollMs);
  }
}

const keyOf = ({ conversation, position }: Member): string =>
  `${conversation?.id} ${position?.cursor}`;

async function isPastMaking(crew: Crew, member: Member): Promise<boolean> {
  const { events } = (await crew.request(member, 'event.list', member.position)) as {
    events: readonly { event: string; conversationId?: string }[];
  };
  return !events.some(
    ({ event, conversationId }) =>
      event === 'conversation.created' && conversationId === member.conversation?.id,
  );
}
