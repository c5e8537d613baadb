import type { Message } from '@nova/protocol';
import type { Rendered } from '#dispatch/rendered.js';

/** A send that waits for its batch: checked, not yet authorized. */
export interface SendRequest {
  readonly conversationId: string;
  readonly id: string;
  readonly senderId: string;
  readonly text: string;
  readonly replyTo: string | undefined;
  readonly settle: (outcome: Rendered<Message> | 'stored' | Error) => void;
}
