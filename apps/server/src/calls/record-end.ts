/** What a call leaves behind: one message in the conversation, one entry in everybody's history. */
import type { Message } from '@nova/protocol';
import { uuidv7 } from 'uuidv7';
import type { DurableOutgoing } from '#delivery/outgoing.js';
import { durableFrame } from '#log/append.js';
import type { HeldConversation } from '#log/locked-conversation.js';
import type { ConversationCipher } from '#sealing/conversation-keys.js';
import type { CallFacts } from './call-facts.ts';
import { summaryOf } from './call-view.ts';

export interface EndedMessage {
  readonly message: Message;
  readonly body: Buffer;
  readonly tookPart: readonly string[];
  readonly outgoing: DurableOutgoing;
}

/** For the transaction that ends the call, which its version lets happen once. */
export function endedMessage(
  ciphers: ReadonlyMap<string, ConversationCipher>,
  { conversation, after }: { readonly conversation: HeldConversation; readonly after: CallFacts },
): EndedMessage {
  const { id: conversationId, at } = conversation;
  const cipher = ciphers.get(conversationId);
  if (cipher === undefined) throw new Error(`conversation ${conversationId} has no key`);
  const summary = summaryOf(after);
  const message: Message = {
    id: uuidv7(),
    conversationId,
    seq: conversation.lastSeq + 1,
    senderId: after.createdBy,
    kind: 'call',
    call: summary,
    version: 1,
    createdAt: at.toISOString(),
  };
  const pos = conversation.lastPos + 1;
  const json = JSON.stringify(message);
  const tookPart = after.participants.filter(({ state }) => state !== 'missed' && state !== 'busy');
  return {
    message,
    body: cipher.seal(JSON.stringify(summary)),
    tookPart: tookPart.map(({ userId }) => userId),
    outgoing: {
      kind: 'durable',
      conversationId,
      pos,
      quietMs: at.getTime() - conversation.previousAt.getTime(),
      frame: durableFrame('message.created', conversationId, pos, at, json),
      recipients: conversation.memberIds,
    },
  };
}
