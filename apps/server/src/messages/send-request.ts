import type { Message } from '@nova/protocol';
import type { Rendered } from '#dispatch/rendered.js';

/** `stored`: the id was used before; whether for the same message is for the asker to see. */
export type SendOutcome = Rendered<Message> | 'stored' | Error;

/** A send that waits for its batch: checked, not yet authorized. */
export interface SendRequest {
  readonly conversationId: string;
  readonly id: string;
  readonly senderId: string;
  readonly text: string;
  readonly replyTo: string | undefined;
  readonly settle: (outcome: SendOutcome) => void;
}
