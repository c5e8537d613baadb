import type { LiveConversation, NovaClientError } from '@nova/client';
import type { Message } from '@nova/protocol';

export const help = `/edit [#N] TEXT     change your message N, or your last one
/delete [#N]        delete it for everybody
/react [#N] EMOJI   react to message N, or to the last one; once more takes it back
/reply #N TEXT      answer message N
/older              show the messages before
/who                who is here
/quit               leave; unsent messages are kept`;

export interface CommandContext {
  /** Null while the conversation could not be loaded yet. */
  readonly live: LiveConversation | null;
  readonly userId: string | null;
  readonly nameOf: (userId: string) => string;
  readonly print: (line: string) => void;
  readonly showOlder: () => Promise<void>;
  readonly quit: () => void;
}

/** Runs a line that begins with a slash. What goes wrong is said, never thrown. */
export async function runCommand(line: string, context: CommandContext): Promise<void> {
  const { print, live, quit } = context;
  const [, name = '', rest = ''] = /^\/(\S*)\s*([\s\S]*)$/.exec(line) ?? [];
  if (name === 'quit' || name === 'q') quit();
  else if (name === 'help') print(help);
  else if (live === null) print('not connected yet: try again when the service is back');
  else {
    try {
      await runOnConversation(name, rest.trim(), live, context);
    } catch (error) {
      print(`! ${(error as NovaClientError).message}`);
    }
  }
}

async function runOnConversation(
  name: string,
  rest: string,
  live: LiveConversation,
  context: CommandContext,
): Promise<void> {
  const { print, userId, showOlder } = context;
  const { messages } = live.getSnapshot();
  const [, numbered, words = ''] = /^(?:#?(\d+)(?:\s+|$))?([\s\S]*)$/.exec(rest) ?? [];
  const chosen = (mine: boolean): Message => {
    const message =
      numbered === undefined
        ? messages.findLast(({ senderId, deletedAt }) => {
            return deletedAt === undefined && (!mine || senderId === userId);
          })
        : messages.find(({ seq }) => seq === Number(numbered));
    if (message === undefined) throw new Error('no such message here');
    return message;
  };
  switch (name) {
    case 'edit':
      await live.edit(chosen(true).id, words);
      break;
    case 'delete':
      await live.delete(chosen(true).id);
      break;
    case 'react':
      await toggleReaction(live, chosen(false), words, userId);
      break;
    case 'reply':
      if (numbered === undefined) throw new Error('say to which: /reply #12 TEXT');
      live.send(words, { replyTo: chosen(false).id }).catch(() => {});
      break;
    case 'older':
      await showOlder();
      break;
    case 'who':
      print(whoIsHere(live, context));
      break;
    default:
      print(`there is no /${name}: see /help`);
  }
}

async function toggleReaction(
  live: LiveConversation,
  message: Message,
  emoji: string,
  userId: string | null,
): Promise<void> {
  if (emoji === '') throw new Error('with what? /react 👍');
  const known = message.reactions?.find((reaction) => reaction.emoji === emoji);
  const mine = userId !== null && known?.userIds.includes(userId) === true;
  await (mine ? live.unreact(message.id, emoji) : live.react(message.id, emoji));
}

function whoIsHere(live: LiveConversation, { nameOf }: CommandContext): string {
  const { members, memberCount, lastSeq } = live.getSnapshot();
  if (members === null) return `${memberCount} members`;
  return members
    .map(({ userId, role, lastReadSeq = 0 }) => {
      if (lastReadSeq >= lastSeq) return `${nameOf(userId)} (${role}) has read everything`;
      const read = lastReadSeq === 0 ? 'has read nothing yet' : `has read up to #${lastReadSeq}`;
      return `${nameOf(userId)} (${role}) ${read}`;
    })
    .join('\n');
}
