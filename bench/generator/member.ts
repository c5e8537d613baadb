import type { MessageTemplate } from './message-template.ts';
import type { RawSocket } from './raw-socket.ts';
import { SequenceCheck } from './sequence-check.ts';

/** A conversation as this process counts it. */
export interface Conversation {
  readonly id: string;
  /** The number that its next message will have. */
  readonly nextSeq: number;
  /** Messages acknowledged to senders of this process. */
  accepted: number;
}

export interface Position {
  readonly cursor: string;
  readonly epoch: string;
}

/** One user with one open socket, who belongs to at most one conversation. */
export class Member {
  readonly userId: string;
  socket: RawSocket;
  /** Where to resume from, as the service said last. */
  position: Position | undefined;
  /** While it comes back: called when that is complete, or failed. */
  returning:
    | { readonly resumed: () => void; readonly failed: (reason: string) => void }
    | undefined;
  /** Whether deliveries to this socket are timed: in a large group a sample is enough. */
  timed = true;
  conversation: Conversation | undefined;
  template: MessageTemplate | undefined;
  check = new SequenceCheck(1);

  constructor(userId: string, socket: RawSocket) {
    this.userId = userId;
    this.socket = socket;
  }

  join(conversation: Conversation, template: MessageTemplate): void {
    this.conversation = conversation;
    this.template = template;
    this.check = new SequenceCheck(conversation.nextSeq);
  }
}
