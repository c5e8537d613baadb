/** Notes what one client was told of new messages, and whether it came once and in order. */
import { createHash, type Hash } from 'node:crypto';
import type { Message, ServerEvent } from '@nova/protocol';
import { Lateness } from './lateness.ts';

interface Course {
  lastSeq: number;
  /** First and last seq of each stretch that was told message by message. */
  readonly stretches: [number, number][];
  readonly hash: Hash;
}

const longestList = 20;

export class Witness {
  readonly #name: string;
  readonly #courses = new Map<string, Course>();
  readonly lost: string[] = [];
  readonly doubled: string[] = [];
  readonly outOfOrder: string[] = [];
  readonly lateness = new Lateness();
  deliveries = 0;
  snapshots = 0;

  constructor(name: string) {
    this.#name = name;
  }

  see(event: ServerEvent): void {
    if (event.event === 'message.created') this.#created(event.data);
    if (event.event === 'conversation.snapshot') {
      this.snapshots += 1;
      const { conversation, messages } = event.data;
      const course = this.#course(conversation.id);
      course.lastSeq = Math.max(course.lastSeq, messages.at(-1)?.seq ?? 0);
    }
  }

  /** Holds what was told against what the conversation is. */
  check(conversationId: string, messages: readonly Message[]): void {
    const { lastSeq, stretches, hash } = this.#course(conversationId);
    const where = `${this.#name} in ${conversationId}`;
    if (lastSeq !== messages.length) {
      note(this.lost, `${where}: told up to ${lastSeq} of ${messages.length}`);
      return;
    }
    const expected = createHash('sha256');
    for (const [first, last] of stretches) {
      for (const { seq, id } of messages.slice(first - 1, last)) expected.update(`${seq} ${id}\n`);
    }
    if (expected.digest('hex') !== hash.copy().digest('hex')) {
      note(this.lost, `${where}: told of other messages than are stored`);
    }
  }

  #created({ conversationId, seq, id }: Message): void {
    this.lateness.see(id, Date.now());
    this.deliveries += 1;
    const course = this.#course(conversationId);
    const where = `${this.#name} in ${conversationId}: seq ${seq} after ${course.lastSeq}`;
    if (seq === course.lastSeq) note(this.doubled, where);
    else if (seq < course.lastSeq) note(this.outOfOrder, where);
    if (seq <= course.lastSeq) return;
    if (seq > course.lastSeq + 1) note(this.lost, where);
    const stretch = course.stretches.at(-1);
    if (stretch !== undefined && stretch[1] === seq - 1) stretch[1] = seq;
    else course.stretches.push([seq, seq]);
    course.lastSeq = seq;
    course.hash.update(`${seq} ${id}\n`);
  }

  #course(conversationId: string): Course {
    const known = this.#courses.get(conversationId);
    if (known !== undefined) return known;
    const course: Course = { lastSeq: 0, stretches: [], hash: createHash('sha256') };
    this.#courses.set(conversationId, course);
    return course;
  }
}

function note(list: string[], what: string): void {
  if (list.length < longestList) list.push(what);
  else if (list.length === longestList) list.push('…');
}
