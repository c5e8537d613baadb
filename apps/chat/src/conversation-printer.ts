import type { ConversationView, LiveConversation } from '@nova/client';
import type { Message, ServerEvent } from '@nova/protocol';
import { formatMessage, printable } from './format.ts';
import type { Screen } from './screen.ts';

export interface PrinterOptions {
  readonly live: LiveConversation;
  readonly screen: Screen;
  readonly userId: string;
  readonly nameOf: (userId: string) => string;
}

/** Prints a conversation as it grows: every message once, what happens to it as a line below. */
export class ConversationPrinter {
  readonly #options: PrinterOptions;
  #printedSeq = 0;
  #readSeq = new Map<string, number>();
  #failed = new Set<string>();

  constructor(options: PrinterOptions) {
    this.#options = options;
    for (const { userId, lastReadSeq = 0 } of options.live.getSnapshot().members ?? []) {
      this.#readSeq.set(userId, lastReadSeq);
    }
  }

  /** Prints what is new, and marks it as read: it is on the screen. */
  update(): void {
    const { live, screen, nameOf } = this.#options;
    const view = live.getSnapshot();
    for (const message of view.messages) {
      if (message.seq <= this.#printedSeq) continue;
      this.#printedSeq = message.seq;
      screen.print(this.#format(message, view));
    }
    this.#printFailures(view);
    this.#printReaders(view);
    screen.hint(view.typing.length === 0 ? '' : `${view.typing.map(nameOf).join(', ')} typing…`);
    live.markRead();
  }

  /** Prints the messages before the loaded ones. */
  async showOlder(): Promise<void> {
    const { live, screen } = this.#options;
    const first = live.getSnapshot().messages[0]?.seq ?? 0;
    await live.loadOlder();
    const view = live.getSnapshot();
    const older = view.messages.filter(({ seq }) => seq < first);
    for (const message of older) screen.print(this.#format(message, view));
    if (older.length === 0) screen.print('there is nothing before');
  }

  event(event: ServerEvent): void {
    const { screen, nameOf, userId } = this.#options;
    switch (event.event) {
      case 'message.edited':
        if (event.data.seq <= this.#printedSeq) {
          screen.print(printable(`  #${event.data.seq} is now: ${event.data.text ?? ''}`));
        }
        break;
      case 'message.deleted':
        screen.print(`  #${event.data.seq} was deleted`);
        break;
      case 'reaction.added':
      case 'reaction.removed': {
        const verb = event.event === 'reaction.added' ? 'reacts' : 'takes back';
        const { seq, emoji } = event.data;
        screen.print(printable(`  ${nameOf(event.data.userId)} ${verb} ${emoji} to #${seq}`));
        break;
      }
      case 'member.added':
        screen.print(printable(`  ${nameOf(event.data.member.userId)} joined`));
        break;
      case 'member.removed':
        if (event.data.userId !== userId) {
          screen.print(printable(`  ${nameOf(event.data.userId)} left`));
        }
        break;
      case 'conversation.updated':
        screen.print(printable(`  the title is now: ${event.data.title ?? '(none)'}`));
        break;
    }
  }

  #format(message: Message, view: ConversationView): string {
    const replied = view.messages.find(({ id }) => id === message.replyTo);
    return formatMessage(message, this.#options.nameOf, replied);
  }

  #printFailures(view: ConversationView): void {
    for (const { id, text, failure } of view.outgoing) {
      if (failure === null || this.#failed.has(id)) continue;
      this.#failed.add(id);
      this.#options.screen.print(printable(`! not sent: ${text} (${failure.message})`));
    }
  }

  #printReaders(view: ConversationView): void {
    const { screen, nameOf, userId } = this.#options;
    const mine = view.messages.findLast(({ senderId }) => senderId === userId)?.seq ?? 0;
    for (const member of view.members ?? []) {
      const before = this.#readSeq.get(member.userId) ?? 0;
      const { lastReadSeq = 0 } = member;
      this.#readSeq.set(member.userId, lastReadSeq);
      if (member.userId === userId || before >= mine || lastReadSeq < mine) continue;
      screen.print(printable(`  ✓✓ ${nameOf(member.userId)} has read #${mine}`));
    }
  }
}
