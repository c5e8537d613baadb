import type { MessageVersion } from '@nova/protocol';
import { defineHandler } from '#dispatch/handler.js';
import type { MessageDeps } from './message-deps.ts';
import { versionRows } from './message-store.ts';

/** Versions that an edit has replaced; one that cannot be opened is left out. */
export const listVersions = ({ db, messages }: Pick<MessageDeps, 'db' | 'messages'>) =>
  defineHandler('message.versions', 'read', async (caller, input) => {
    const versions: MessageVersion[] = [];
    for (const { version, body, at } of await versionRows(db, caller.userId, input)) {
      const text = await messages.open(db, input, body);
      if (text !== undefined) versions.push({ version, text, at: at.toISOString() });
    }
    return { versions };
  });
