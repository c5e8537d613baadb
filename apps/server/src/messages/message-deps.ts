import type { ChangeDeps } from '#log/change-conversation.js';
import type { ConversationKeys } from '#sealing/conversation-keys.js';
import type { MessageReader } from './message-reader.ts';

export interface MessageOptions {
  /** Code points of a text. */
  readonly messageMaxLength: number;
  /** Hours after sending in which a message may be edited. */
  readonly messageEditWindowHours: number;
  /** Hours after sending in which its sender may delete it for all. */
  readonly messageRecallWindowHours: number;
}

export interface MessageDeps extends ChangeDeps {
  readonly keys: ConversationKeys;
  readonly messages: MessageReader;
  readonly options: MessageOptions;
}
