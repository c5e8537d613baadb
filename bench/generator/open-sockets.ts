import { nowMicros } from './clock.ts';
import { type Crew, eventData } from './crew.ts';
import type { Dialect, Inbound } from './dialects/dialect.ts';
import { clientFrame, clientFrames } from './frame-writer.ts';
import { Latency } from './latency.ts';
import { limited } from './limited.ts';
import { Member, type Position } from './member.ts';
import { RawSocket } from './raw-socket.ts';

export interface Recruit {
  readonly userId: string;
  readonly token: string;
}

export interface Door {
  /** A socket each, in turn. */
  readonly ports: readonly number[];
  /** Beginning of the source addresses, such as 127.0.2. */
  readonly network: string;
  readonly dialect: Dialect;
}

const readyWithinMs = 30_000;
const heardCharacters = 200;
const sourceAddresses = 100;

/** Opens a socket for each recruit, in their order, and returns how long the handshakes took. */
export async function openSockets(
  crew: Crew,
  recruits: readonly Recruit[],
  door: Door,
  concurrency: number,
): Promise<Latency> {
  const handshakes = new Latency();
  const first = crew.members.length;
  await limited(recruits.entries(), concurrency, async ([index, recruit]) => {
    const startedAt = nowMicros();
    crew.members[first + index] = await openSocket(crew, recruit, door, index);
    handshakes.record(nowMicros() - startedAt);
  });
  return handshakes;
}

/** Opens a socket for a recruit: a new member, or one who comes back. */
export function openSocket(
  crew: Crew,
  { userId, token }: Recruit,
  door: Door,
  index: number,
  returning?: Member,
): Promise<Member> {
  const { dialect, ports, network } = door;
  // The kernel looks long for a free port of an address that has thousands in use.
  const localAddress = `${network}.${1 + (index % sourceAddresses)}`;
  const port = ports[index % ports.length] ?? 0;
  const inbound: Inbound = { kind: 'other', requestId: 0, failed: false, seq: 0 };
  let member: Member | undefined;
  let hellos = 0;
  let heard = '';
  return new Promise((resolve, reject) => {
    const overdue = setTimeout(() => {
      socket.cut();
      reject(new Error(`a socket did not get ready, and heard last: ${heard || 'nothing'}`));
    }, readyWithinMs);
    const greet = (bytes: Buffer, start: number, end: number) => {
      heard = bytes.toString('utf8', start, Math.min(end, start + heardCharacters));
      dialect.read(bytes, start, end, inbound);
      if (inbound.kind === 'hello' && dialect.introduction !== undefined) {
        socket.write(clientFrames(dialect.introduction(token, hellos)));
        hellos += 1;
      }
      if (inbound.kind !== 'ready') return;
      clearTimeout(overdue);
      member = returning ?? new Member(userId, socket);
      member.socket = socket;
      if (dialect.resumes) member.position ??= readPosition(bytes, start, end);
      resolve(member);
    };
    const socket = new RawSocket(
      { port, localAddress, ...dialect.handshake(token) },
      {
        opened() {
          if (dialect.opening !== undefined) socket.write(clientFrame(dialect.opening));
        },
        text(bytes, start, end) {
          if (member === undefined) greet(bytes, start, end);
          else crew.take(member, bytes, start, end);
        },
        closed(reason) {
          clearTimeout(overdue);
          if (member === undefined) reject(new Error(`handshake failed: ${reason}`));
          else if (member.returning !== undefined) member.returning.failed(reason);
          else crew.socketEnded(reason);
        },
      },
    );
  });
}

/** Undefined where a peer that speaks the same protocol hands out no positions. */
function readPosition(bytes: Buffer, start: number, end: number): Position | undefined {
  const { cursor, epoch } = (eventData(bytes, start, end) ?? {}) as Partial<Position>;
  return cursor === undefined || epoch === undefined ? undefined : { cursor, epoch };
}
