import type { ChangeDeps } from '#log/change-conversation.js';
import type { MessageReader } from '#messages/message-reader.js';
import type { ConversationKeys } from '#sealing/conversation-keys.js';
import type { ConversationReader } from './conversation-reader.ts';

export interface ConversationOptions {
  readonly groupMaxMembers: number;
}

export interface ConversationDeps extends ChangeDeps {
  readonly keys: ConversationKeys;
  readonly messages: MessageReader;
  readonly conversations: ConversationReader;
  readonly options: ConversationOptions;
}
