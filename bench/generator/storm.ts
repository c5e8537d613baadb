import { setTimeout as pause } from 'node:timers/promises';
import { nowMicros } from './clock.ts';
import type { Crew } from './crew.ts';
import { Latency } from './latency.ts';
import type { Member } from './member.ts';
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
  member.check.beginResume();
  for (let failed = 0; ; failed++) {
    await pause(Math.random() * Math.min(lastCeilingMs, firstCeilingMs * 2 ** failed));
    const returned = Promise.withResolvers<void>();
    // Whoever waits for it does so only once the socket is open.
    returned.promise.catch(() => {});
    member.returning = {
      resumed: returned.resolve,
      failed: (reason) => returned.reject(new Error(reason)),
    };
    try {
      await openSocket(crew, recruit, door, index, member);
      const resume = crew.request(member, 'session.resume', member.position);
      await Promise.race([returned.promise, resume.then(() => returned.promise)]);
      member.returning = undefined;
      member.check.endResume();
      return failed;
    } catch {
      member.socket.cut();
    }
  }
}
