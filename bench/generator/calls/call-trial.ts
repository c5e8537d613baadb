import { ByteSearch, readNumber, startsWith } from '../byte-search.ts';
import { nowMicros } from '../clock.ts';
import { type Crew, eventData } from '../crew.ts';
import type { Member } from '../member.ts';
import { candidateBatch, clockMark, description, SignalTemplate } from './signal-template.ts';
import type { Timetable } from './timetable.ts';

/** Each side sends a description and then these. */
const batchesEach = 5;
const signalsEach = 1 + batchesEach;
/** For so long a client gathers candidates before it sends them. */
const gatherMicros = 50_000;

const callField = new ByteSearch('"callId":"');
const numberField = new ByteSearch('"number":');
const clockField = new ByteSearch(clockMark);

export interface Templates {
  readonly offer: SignalTemplate;
  readonly answer: SignalTemplate;
  readonly candidates: SignalTemplate;
}

export const templatesFor = ({ dialect }: Crew): Templates => ({
  offer: new SignalTemplate(dialect, description('offer')),
  answer: new SignalTemplate(dialect, description('answer')),
  candidates: new SignalTemplate(dialect, candidateBatch()),
});

export interface Plan {
  /** Who calls, and who is called. */
  readonly ends: readonly [Member, Member];
  readonly dueMicros: number;
  /** Candidates leave when they are due by it; without one all at once. */
  readonly timetable: Timetable | undefined;
}

interface CallView {
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly endReason?: string;
  readonly participants: readonly {
    readonly userId: string;
    readonly legs: readonly { readonly id: string }[];
  }[];
}

interface Side {
  readonly member: Member;
  received: number;
  rang: number;
  /** How the call ended, as this side heard it. */
  end: string | undefined;
}

const sideOf = (member: Member): Side => ({ member, received: 0, rang: 0, end: undefined });

/**
 * One call from its start to its end: it rings, is answered, both describe themselves and send
 * their candidates, and hang up once everything has arrived.
 */
export class CallTrial {
  readonly caller: Side;
  readonly callee: Side;
  readonly #crew: Crew;
  readonly #templates: Templates;
  readonly #plan: Plan;
  readonly #onOver: (held: boolean) => void;
  #idBytes: Buffer | undefined;
  #id: string | undefined;
  #replies = 0;
  #hungUp = false;
  #over = false;

  constructor(crew: Crew, templates: Templates, plan: Plan, onOver: (held: boolean) => void) {
    this.#crew = crew;
    this.#templates = templates;
    this.#plan = plan;
    this.#onOver = onOver;
    this.caller = sideOf(plan.ends[0]);
    this.callee = sideOf(plan.ends[1]);
  }

  start(): void {
    const { member } = this.caller;
    this.#ask(member, 'call.start', {
      conversationId: member.conversation?.id,
      kind: 'video',
      idempotencyKey: crypto.randomUUID(),
    });
  }

  /** What is missing where the call hangs. */
  get missing(): number {
    const { caller, callee } = this;
    const ends = [caller, callee].filter(({ end }) => end === undefined).length;
    return 2 * signalsEach - caller.received - callee.received + ends;
  }

  takeEvent(member: Member, bytes: Buffer, start: number, end: number): void {
    const event = (JSON.parse(bytes.toString('utf8', start, end)) as { event: string }).event;
    const call = eventData(bytes, start, end) as CallView;
    const side = this.#sideOf(member);
    if (event === 'call.ringing') this.#rings(side, call);
    else if (event === 'call.updated') this.#updated(side, call);
    else if (event === 'call.ended') this.#ended(side, call);
  }

  takeSignal(member: Member, bytes: Buffer, start: number, end: number): void {
    const callAt = callField.after(bytes, start, end);
    const mine = this.#idBytes !== undefined && startsWith(bytes, callAt, this.#idBytes);
    const number = readNumber(bytes, numberField.after(bytes, start, end));
    const side = this.#sideOf(member);
    const { meters } = this.#crew;
    if (!mine || number <= side.received) {
      meters.duplicated += 1;
      meters.fault(`a signal again: ${bytes.toString('utf8', start, end)}`);
      return;
    }
    if (number !== side.received + 1) {
      meters.outOfOrder += 1;
      meters.fault(`signal ${number} after ${side.received}`);
    }
    side.received += 1;
    meters.delivered += 1;
    const sentAt = readNumber(bytes, clockField.after(bytes, start, end));
    meters.deliveryLatency.record(nowMicros() - sentAt);
    if (side === this.callee && number === 1) this.#describe(this.callee, this.caller, 'answer');
    if (this.caller.received + this.callee.received === 2 * signalsEach) this.#hangUp();
  }

  #rings(side: Side, call: CallView): void {
    side.rang += 1;
    if (side !== this.callee || side.rang > 1) {
      this.#wrong(`rings again: ${call.id}`);
      return;
    }
    this.#idBytes = Buffer.from(call.id);
    this.#id = call.id;
    this.#ask(side.member, 'call.accept', { callId: call.id });
  }

  readonly #legs = new Map<Member, string>();

  #updated(side: Side, call: CallView): void {
    if (side !== this.caller || call.state !== 'connecting' || this.#legs.size > 0) return;
    for (const { member } of [this.caller, this.callee]) {
      const legs = call.participants.find(({ userId }) => userId === member.userId)?.legs;
      this.#legs.set(member, legs?.[0]?.id ?? '');
    }
    this.#describe(this.caller, this.callee, 'offer');
  }

  #describe(from: Side, to: Side, type: 'offer' | 'answer'): void {
    const { timetable } = this.#plan;
    const now = nowMicros();
    from.member.socket.cork();
    this.#signal(from, to, type, 1, now);
    if (timetable === undefined) {
      for (let number = 2; number <= signalsEach; number++) {
        this.#signal(from, to, 'candidates', number, now);
      }
    } else this.#trickle(timetable, from, to, 2, now);
    from.member.socket.uncork();
  }

  /** One batch after another, each timed from when it was due, not from when it left. */
  #trickle(timetable: Timetable, from: Side, to: Side, number: number, before: number): void {
    if (number > signalsEach) return;
    timetable.at(before + gatherMicros, (dueMicros) => {
      this.#signal(from, to, 'candidates', number, dueMicros);
      this.#trickle(timetable, from, to, number + 1, dueMicros);
    });
  }

  #signal(from: Side, to: Side, kind: keyof Templates, number: number, sentAt: number): void {
    const legId = this.#legs.get(to.member) ?? '';
    const sent = this.#crew.requestWith(from.member, (requestId) =>
      this.#templates[kind].frame(requestId, this.#id ?? '', legId, number, sentAt),
    );
    this.#await(sent);
  }

  #hangUp(): void {
    this.#crew.meters.acknowledgeLatency.record(nowMicros() - this.#plan.dueMicros);
    this.#hungUp = true;
    this.#ask(this.caller.member, 'call.end', { callId: this.#id });
  }

  #ended(side: Side, call: CallView): void {
    const end = `${call.version} ${call.endReason}`;
    if (side.end !== undefined || !this.#hungUp) this.#wrong(`ended again or unasked: ${end}`);
    side.end = end;
    this.#judge();
  }

  #judge(): void {
    const { caller, callee } = this;
    const open = this.#replies > 0 || caller.end === undefined || callee.end === undefined;
    if (open || this.#over) return;
    this.#over = true;
    if (caller.end !== callee.end) this.#wrong(`ends differ: ${caller.end}, ${callee.end}`);
    this.#onOver(true);
  }

  #ask(member: Member, type: string, data: object): void {
    this.#await(this.#crew.request(member, type, data));
  }

  #await(request: Promise<unknown>): void {
    this.#replies += 1;
    request.then(
      () => {
        this.#replies -= 1;
        this.#judge();
      },
      (error: unknown) => {
        const { meters } = this.#crew;
        meters.refused += 1;
        meters.fault(`refused: ${String(error)}`);
        if (this.#over) return;
        this.#over = true;
        this.#onOver(false);
      },
    );
  }

  #sideOf(member: Member): Side {
    return member === this.caller.member ? this.caller : this.callee;
  }

  #wrong(what: string): void {
    this.#crew.meters.duplicated += 1;
    this.#crew.meters.fault(what);
  }
}
