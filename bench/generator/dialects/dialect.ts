import { ByteSearch, readNumber } from '../byte-search.ts';

export const inboundKinds = [
  'other',
  'hello',
  'ready',
  'cursor',
  'resumed',
  'reply',
  'message',
  'echo',
  'call',
  'signal',
  'ping',
] as const;
export type InboundKind = (typeof inboundKinds)[number];

/** What a frame said; one record is filled again and again. */
export interface Inbound {
  kind: InboundKind;
  /** Of a reply; of an `echo`, a message that acknowledges itself to who sent it. */
  requestId: number;
  failed: boolean;
  /**
   * Of a message: its place in the conversation. Where the subject does not number messages,
   * anything that grows from each that this reader gets to the next, or 0.
   */
  seq: number;
}

export interface Handshake {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** How a subject speaks: everything the generator has to know of its protocol. */
export interface Dialect {
  handshake(token: string): Handshake;
  /** What the client says first, where it does. */
  readonly opening?: string;
  /** The answer to a `hello`, where the protocol has one: `step` counts those of a socket from 0. */
  introduction?(token: string, step: number): readonly string[];
  readonly pong?: string;
  /** Whether the greeting may name a position to resume from. */
  readonly resumes: boolean;
  /** Whether a message that a reply acknowledged comes to its sender as well. */
  readonly copiesSender: boolean;
  /** Whether each member of a group has to enter it, by `conversation.join`. */
  readonly entersGroups: boolean;
  /** What stands before the text of a message. */
  readonly textStart: string;
  /** The frames that ask for it, from `userId` where the dialect has to name who asks. */
  request(id: number, type: string, data: unknown, userId?: string): readonly string[];
  read(bytes: Buffer, start: number, end: number, into: Inbound): void;
  /** The parsed body of a reply; only for what is not measured. */
  replyBody(text: string): unknown;
}

const seqField = new ByteSearch('"seq":');

/** The sequence number in a message event, 0 when it has none. */
export function readSeq(bytes: Buffer, start: number, end: number): number {
  const at = seqField.after(bytes, start, end);
  return at < 0 ? 0 : readNumber(bytes, at);
}
