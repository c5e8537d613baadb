import { ByteSearch, readNumber, startsWith } from '../byte-search.ts';
import { nowMicros } from '../clock.ts';
import { type Crew, eventData } from '../crew.ts';
import type { Member } from '../member.ts';
import { candidateBatch, clockMark, description, SignalTemplate } from './signal-template.ts';

/** Each side sends a description and then these. */
const batchesEach = 5;
const signalsEach = 1 + batchesEach;

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
  readonly #dueMicros: number;
  readonly #onOver: (held: boolean) => void;
  #idBytes: Buffer | undefined;
  #id: string | undefined;
  #replies = 0;
  #hungUp = false;
  #over = false;

  constructor(
    crew: Crew,
    templates: Templates,
    [caller, callee]: readonly [Member, Member],
    dueMicros: number,
    onOver: (held: boolean) => void,
  ) {
    this.#crew = crew;
    this.#templates = templates;
    this.#dueMicros = dueMicros;
    this.#onOver = onOver;
    this.caller = sideOf(caller);
    this.callee = sideOf(callee);
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
    from.member.socket.cork();
    for (let number = 1; number <= signalsEach; number++) {
      const template = this.#templates[number === 1 ? type : 'candidates'];
      const legId = this.#legs.get(to.member) ?? '';
      const sent = this.#crew.requestWith(from.member, (requestId) =>
        template.frame(requestId, this.#id ?? '', legId, number, nowMicros()),
      );
      this.#await(sent);
    }
    from.member.socket.uncork();
  }

  #hangUp(): void {
    this.#crew.meters.acknowledgeLatency.record(nowMicros() - this.#dueMicros);
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
