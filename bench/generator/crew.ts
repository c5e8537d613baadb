import { ByteSearch, readNumber } from './byte-search.ts';
import { nowMicros } from './clock.ts';
import type { Dialect, Inbound } from './dialects/dialect.ts';
import { clientFrame, clientFrames } from './frame-writer.ts';
import type { Conversation, Member } from './member.ts';
import { nextRequestId } from './message-template.ts';
import { Meters } from './meters.ts';

interface PendingSend {
  /** When it was sent, or should have been on an open-loop schedule. */
  readonly dueMicros: number;
  readonly sender: Member;
  readonly conversation: Conversation;
}

interface PendingRequest {
  readonly resolve: (body: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The users of one generator process: what they send, and what becomes of it. */
export class Crew {
  readonly dialect: Dialect;
  readonly meters = new Meters();
  readonly members: Member[] = [];
  readonly #numbered: boolean;
  readonly #clockField: ByteSearch;
  readonly #sends = new Map<number, PendingSend>();
  readonly #requests = new Map<number, PendingRequest>();
  readonly #inbound: Inbound = { kind: 'other', requestId: 0, failed: false, seq: 0 };
  /** Called for each acknowledged send. */
  onAcknowledged: () => void = () => {};
  /** Called for each event of a call, signals included. */
  onCall: (member: Member, bytes: Buffer, start: number, end: number, signal: boolean) => void =
    () => {};

  constructor(dialect: Dialect, numbered: boolean) {
    this.dialect = dialect;
    this.#numbered = numbered;
    this.#clockField = new ByteSearch(dialect.textStart);
  }

  get sendsUnderWay(): number {
    return this.#sends.size;
  }

  /** A request that is not measured: its reply is parsed. */
  request(member: Member, type: string, data: unknown): Promise<unknown> {
    const { userId } = member;
    return this.requestWith(member, (id) =>
      clientFrames(this.dialect.request(id, type, data, userId)),
    );
  }

  /** The same with a finished frame. */
  requestWith(member: Member, frameOf: (requestId: number) => Buffer): Promise<unknown> {
    const id = nextRequestId();
    return new Promise((resolve, reject) => {
      this.#requests.set(id, { resolve, reject });
      member.socket.write(frameOf(id));
    });
  }

  send(member: Member, dueMicros: number): void {
    const { conversation, template } = member;
    if (conversation === undefined || template === undefined) throw new Error('nobody to send to');
    const id = nextRequestId();
    this.#sends.set(id, { dueMicros, sender: member, conversation });
    member.socket.write(template.frame(id, dueMicros));
  }

  /** One text frame of a member's socket. */
  take(member: Member, bytes: Buffer, start: number, end: number): void {
    const inbound = this.#inbound;
    this.dialect.read(bytes, start, end, inbound);
    if (inbound.kind === 'message') this.#takeMessage(member, bytes, start, end);
    else if (inbound.kind === 'reply') this.#takeReply(bytes, start, end);
    else if (inbound.kind === 'echo') this.#takeEcho(member, bytes, start, end);
    else if (inbound.kind === 'signal') this.onCall(member, bytes, start, end, true);
    else if (inbound.kind === 'call') this.onCall(member, bytes, start, end, false);
    else if (inbound.kind === 'resumed') {
      this.#keepPosition(member, bytes, start, end);
      member.returning?.resumed();
    } else if (inbound.kind === 'cursor') {
      // Before it has resumed, a position of the new socket would pass over what was missed.
      if (member.returning === undefined) this.#keepPosition(member, bytes, start, end);
    } else if (inbound.kind === 'ping' && this.dialect.pong !== undefined) {
      member.socket.write(clientFrame(this.dialect.pong));
    }
  }

  /** A socket ended on its own: its requests stay unanswered, its deliveries will be lost. */
  socketEnded(reason: string): void {
    this.meters.cut += 1;
    this.meters.fault(`socket ended: ${reason}`);
  }

  #keepPosition(member: Member, bytes: Buffer, start: number, end: number): void {
    const { cursor } = eventData(bytes, start, end) as { cursor: string };
    if (member.position !== undefined) member.position = { ...member.position, cursor };
  }

  #takeMessage(member: Member, bytes: Buffer, start: number, end: number): void {
    const { seq } = this.#inbound;
    if (seq === 0 && this.#numbered) {
      this.meters.fault(`not numbered: ${bytes.toString('utf8', start, end)}`);
      return;
    }
    if (this.#numbered) member.check.take(seq);
    else member.check.takeUnnumbered(seq);
    this.meters.delivered += 1;
    if (!member.timed) return;
    const sentAt = this.#clockField.after(bytes, start, end);
    if (sentAt > 0) this.meters.deliveryLatency.record(nowMicros() - readNumber(bytes, sentAt));
  }

  #takeReply(bytes: Buffer, start: number, end: number): void {
    const { requestId, failed } = this.#inbound;
    const send = this.#sends.get(requestId);
    if (send === undefined) {
      this.#takeAnswer(requestId, bytes.toString('utf8', start, end));
      return;
    }
    this.#sends.delete(requestId);
    if (failed) {
      this.meters.refused += 1;
      this.meters.fault(`refused: ${bytes.toString('utf8', start, end)}`);
      return;
    }
    this.#accept(send);
    if (!this.dialect.copiesSender) send.sender.check.takeUnnumbered(0);
  }

  #takeEcho(member: Member, bytes: Buffer, start: number, end: number): void {
    this.#takeMessage(member, bytes, start, end);
    const { requestId } = this.#inbound;
    const send = this.#sends.get(requestId);
    if (send?.sender !== member) return;
    this.#sends.delete(requestId);
    this.#accept(send);
  }

  #accept({ dueMicros, conversation }: PendingSend): void {
    this.meters.acknowledged += 1;
    this.meters.acknowledgeLatency.record(nowMicros() - dueMicros);
    conversation.accepted += 1;
    this.onAcknowledged();
  }

  #takeAnswer(requestId: number, text: string): void {
    const request = this.#requests.get(requestId);
    this.#requests.delete(requestId);
    try {
      request?.resolve(this.dialect.replyBody(text));
    } catch (error) {
      request?.reject(error as Error);
    }
  }
}

/** The `data` of an event frame; only for the few that are not counted. */
export const eventData = (bytes: Buffer, start: number, end: number): unknown =>
  (JSON.parse(bytes.toString('utf8', start, end)) as { data: unknown }).data;
