import type { Message } from '@nova/protocol';

/** What the next text is for, where it is not simply a message. */
export interface Intent {
  readonly kind: 'reply' | 'edit';
  readonly message: Message;
}
