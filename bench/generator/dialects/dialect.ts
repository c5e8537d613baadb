import { ByteSearch, readNumber } from '../byte-search.ts';

export const inboundKinds = [
  'other',
  'hello',
  'ready',
  'cursor',
  'resumed',
  'reply',
  'message',
  'call',
  'signal',
  'ping',
] as const;
export type InboundKind = (typeof inboundKinds)[number];

/** What a frame said; one record is filled again and again. */
export interface Inbound {
  kind: InboundKind;
  requestId: number;
  failed: boolean;
  /** 0 where the subject does not number messages. */
  seq: number;
}

export interface Handshake {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** How a subject speaks: everything the generator has to know of its protocol. */
export interface Dialect {
  handshake(token: string): Handshake;
  /** The answer to `hello`, where the protocol has one. */
  introduction?(token: string): string;
  readonly pong?: string;
  /** Whether the greeting may name a position to resume from. */
  readonly resumes: boolean;
  request(id: number, type: string, data: unknown): string;
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
