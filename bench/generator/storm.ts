import { setTimeout as pause } from 'node:timers/promises';
import { nowMicros } from './clock.ts';
import type { Crew } from './crew.ts';
import { clientFrame } from './frame-writer.ts';
import { Latency } from './latency.ts';
import type { Member } from './member.ts';
import { nextRequestId } from './message-template.ts';
import { type Door, openSocket, type Recruit } from './open-sockets.ts';

/** As the SDK waits: full jitter below a ceiling that doubles. */
const firstCeilingMs = 500;
const lastCeilingMs = 30_000;

/** Breaks every connection at once; resolves when all have resumed, with the time each took. */
export async function storm(
  crew: Crew,
  recruits: readonly Recruit[],
  door: Door,
): Promise<{ readonly returns: Latency; readonly retries: number }> {
  const returns = new Latency();
  let retries = 0;
  for (const { socket } of crew.members) socket.cut();
  const startedAt = nowMicros();
  await Promise.all(
    crew.members.map(async (member, index) => {
      const recruit = recruits[index];
      if (recruit === undefined) throw new Error('a member without a token');
      retries += await comeBack(crew, member, index, recruit, door);
      returns.record(nowMicros() - startedAt);
    }),
  );
  return { returns, retries };
}

/** Resolves with the number of tries that failed. */
async function comeBack(
  crew: Crew,
  member: Member,
  index: number,
  recruit: Recruit,
  door: Door,
): Promise<number> {
  member.check.repeatsAllowed = true;
  let failed = 0;
  for (let open = false; !open; ) {
    await pause(Math.random() * Math.min(lastCeilingMs, firstCeilingMs * 2 ** failed));
    try {
      await openSocket(crew, recruit, door, index, member);
      open = true;
    } catch {
      failed += 1;
    }
  }
  const resumed = new Promise<void>((resolve) => {
    member.onResumed = resolve;
  });
  const request = crew.dialect.request(nextRequestId(), 'session.resume', member.position);
  member.socket.write(clientFrame(request));
  await resumed;
  return failed;
}
