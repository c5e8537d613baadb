import type { Message } from '@nova/protocol';
import { limits } from '@nova/protocol/wire';
import { defineHandler } from '#dispatch/handler.js';
import { appendEntries } from '#log/append.js';
import { changeConversation } from '#log/change-conversation.js';
import type { LockedConversation } from '#log/locked-conversation.js';
import { refuseBlocked } from '#users/block-store.js';
import { NovaError } from '../errors.ts';
import { checkText } from './check-text.ts';
import { isOlderThan } from './is-older-than.ts';
import type { MessageDeps } from './message-deps.ts';
import { createMessageReply } from './message-reply.ts';
import { messageRowForChange, noSuchMessage, storeEdit } from './message-store.ts';

export const editMessage = (deps: MessageDeps) => {
  const form = createMessageReply(deps.messages);
  return defineHandler('message.edit', 'write', async (caller, input) => {
    const text = checkText(input.text, deps.options.messageMaxLength);
    const request = { operation: 'message.edit', caller, input, form } as const;
    return changeConversation(deps, request, async (tx, conversation) => {
      const row = await messageRowForChange(tx, input);
      const [before] = await deps.messages.fromRows(tx, [row]);
      if (before === undefined || before.deletedAt !== undefined) noSuchMessage();
      refuseForeign(before, caller.userId);
      refuseStale(before, input.version);
      if (before.text === text) return { result: before, outgoing: [] };
      refuseClosed(before, conversation, deps.options.messageEditWindowHours);

      const { id, at } = conversation;
      await refuseBlocked(tx, id);
      const cipher = (await deps.keys.load(tx, [id])).get(id);
      if (cipher === undefined) throw new Error(`conversation ${id} has no key`);
      await storeEdit(tx, input, cipher.seal(text), at);
      const version = before.version + 1;
      const result: Message = { ...before, text, version, editedAt: at.toISOString() };
      const entry = { type: 'message.edited', messageId: result.id, event: result } as const;
      return { result, outgoing: await appendEntries(tx, conversation, caller.userId, [entry]) };
    });
  });
};

function refuseForeign(message: Message, userId: string): void {
  if (message.senderId !== userId) {
    throw new NovaError('forbidden', 'only its sender may edit a message');
  }
  if (message.kind !== 'text') {
    throw new NovaError('forbidden', 'only a text message can be edited');
  }
}

function refuseStale(message: Message, version: number | undefined): void {
  if (version === undefined || version === message.version) return;
  throw new NovaError('versionConflict', 'the message was edited in the meantime', {
    details: [{ field: 'version', expected: String(message.version) }],
  });
}

function refuseClosed(
  message: Message,
  conversation: LockedConversation,
  windowHours: number,
): void {
  if (isOlderThan(windowHours, new Date(message.createdAt), conversation.at)) {
    throw new NovaError('editWindowClosed', `a message can be edited for ${windowHours} hours`);
  }
  if (message.version > limits.messageVersions) {
    throw new NovaError('forbidden', `a message can be edited ${limits.messageVersions} times`);
  }
}
