import { deleteMessage } from './delete-message.ts';
import { editMessage } from './edit-message.ts';
import { getMessage } from './get-message.ts';
import { listMessages } from './list-messages.ts';
import { listVersions } from './list-versions.ts';
import type { MessageDeps } from './message-deps.ts';
import { react } from './react.ts';
import { unreact } from './unreact.ts';

/** Everything done to messages that exist; sending has a path of its own. */
export const messageHandlers = (deps: MessageDeps) => [
  listMessages(deps),
  getMessage(deps),
  listVersions(deps),
  editMessage(deps),
  deleteMessage(deps),
  react(deps),
  unreact(deps),
];
