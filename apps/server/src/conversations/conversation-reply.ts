import type { Conversation, Message } from '@nova/protocol';
import type { ReplyForm } from '#idempotency/first-replies.js';
import type { MessageReader } from '#messages/message-reader.js';
import { createMessageReply } from '#messages/message-reply.js';

/** Keeps a conversation with its newest message in the form that keeps no text. */
export function createConversationReply(messages: MessageReader): ReplyForm<Conversation> {
  const message = createMessageReply(messages);
  return {
    pack: ({ lastMessage, ...conversation }) =>
      lastMessage === undefined
        ? conversation
        : { ...conversation, lastMessage: message.pack(lastMessage) },
    async unpack(tx, packed) {
      const { lastMessage, ...conversation } = packed as Conversation;
      if (lastMessage === undefined) return conversation;
      const restored: Message = await message.unpack(tx, lastMessage);
      return { ...conversation, lastMessage: restored };
    },
  };
}
