import { setTimeout as delay } from 'node:timers/promises';
import { createNovaClient, type LiveConversation, type NovaClient } from '@nova/client';
import { fileStorage } from '@nova/client/node';
import type { ChatArguments } from './arguments.ts';
import { ChatState } from './chat-state.ts';
import { chooseConversation, targetOf } from './choose-conversation.ts';
import { runCommand } from './commands.ts';
import { ConversationPrinter } from './conversation-printer.ts';
import { developmentToken, Unreachable } from './development-token.ts';
import { Screen } from './screen.ts';
import { until } from './until.ts';

/** So long may what was typed last take to be sent when the input ends. */
const farewellMs = 5_000;

/** Runs until the input ends or `/quit`. Rejects with words for the user. */
export async function runChat(chat: ChatArguments): Promise<void> {
  const state = new ChatState(chat.stateDirectory, chat.url, chat.as);
  await state.load();
  const screen = new Screen();
  const userId = await identify(chat, state, screen);
  const nova = createNovaClient({
    url: chat.url,
    token: chat.token ?? (async () => (await developmentToken(chat.url, chat.as)).token),
    storage: fileStorage(state.outboxDirectory),
    ...(userId === null ? {} : { userId }),
  });
  try {
    await new Chat(nova, chat, state, screen).run();
  } finally {
    nova.close();
    screen.close();
  }
}

/** Who we are; from memory when the service is away but knew us once. */
async function identify(
  chat: ChatArguments,
  state: ChatState,
  screen: Screen,
): Promise<string | null> {
  if (chat.token !== null) return state.remembered.userId;
  try {
    const { userId } = await developmentToken(chat.url, chat.as);
    await state.remember({ userId, people: { ...state.remembered.people, [chat.as]: userId } });
    return userId;
  } catch (error) {
    const { userId, conversations } = state.remembered;
    const known = userId !== null && conversations[targetOf(chat)] !== undefined;
    if (!(error instanceof Unreachable) || !known) throw error;
    screen.print('what you type is kept and sent when it is back');
    return userId;
  }
}

class Chat {
  readonly #nova: NovaClient;
  readonly #chat: ChatArguments;
  readonly #state: ChatState;
  readonly #screen: Screen;
  readonly #end = Promise.withResolvers<void>();
  readonly #attached = Promise.withResolvers<void>();
  #live: LiveConversation | null = null;
  #printer: ConversationPrinter | null = null;
  #wasOnline = true;
  /** Lines that wait for the conversation to be found. */
  #unaddressed = 0;
  #underWay: Promise<unknown> = Promise.resolve();

  constructor(nova: NovaClient, chat: ChatArguments, state: ChatState, screen: Screen) {
    this.#nova = nova;
    this.#chat = chat;
    this.#state = state;
    this.#screen = screen;
  }

  async run(): Promise<void> {
    const nova = this.#nova;
    nova.connection.subscribe(() => this.#followConnection());
    nova.start();
    this.#screen.start({
      onLine: (line) => this.#line(line),
      onKey: () => this.#live?.typing(),
      onEnd: () => this.#end.resolve(),
    });
    this.#attach().catch((error: unknown) => this.#end.reject(error));
    await this.#end.promise;
    await this.#farewell();
  }

  async #attach(): Promise<void> {
    const nova = this.#nova;
    await nova.ready();
    const live = await chooseConversation(nova, this.#chat, this.#state);
    await live.open();
    this.#live = live;
    this.#attached.resolve();
    const { userId } = nova;
    if (userId === null) throw new Error('the service did not say who we are');
    await this.#state.remember({ userId });
    const printer = new ConversationPrinter({
      live,
      screen: this.#screen,
      userId,
      nameOf: (id) => this.#nameOf(id),
    });
    this.#printer = printer;
    const { title } = live.getSnapshot();
    this.#screen.print(`— ${title ?? this.#chat.with.join(', ')} · /help for commands —`);
    printer.update();
    nova.onEvent((event) => {
      if (event.conversationId === live.id) printer.event(event);
    });
    live.subscribe(() => {
      if (live.getSnapshot().removed) this.#end.reject(new Error('you are no longer a member'));
      else printer.update();
    });
  }

  #line(line: string): void {
    if (line.trim() === '') return;
    if (line.startsWith('/')) {
      // One after the other: an edit may mean the message that was sent in the line before.
      this.#underWay = this.#underWay.then(() => this.#command(line));
      return;
    }
    this.#underWay = this.#underWay.then(() => this.#send(line));
  }

  async #command(line: string): Promise<void> {
    await this.#sent();
    await runCommand(line, {
      live: this.#live,
      userId: this.#nova.userId,
      nameOf: (id) => this.#nameOf(id),
      print: (words) => this.#screen.print(words),
      showOlder: async () => this.#printer?.showOlder(),
      quit: () => this.#end.resolve(),
    });
  }

  async #send(line: string): Promise<void> {
    const known = this.#state.remembered.conversations[targetOf(this.#chat)];
    this.#unaddressed += 1;
    if (known === undefined) await this.#attached.promise;
    this.#unaddressed -= 1;
    const id = this.#live?.id ?? known;
    if (id === undefined) return;
    this.#live?.stopTyping();
    this.#nova.send(id, line).catch(() => {});
    if (this.#nova.connection.getSnapshot().phase === 'waiting')
      this.#screen.print(`  (kept) ${line}`);
  }

  /** Resolves when nothing that can be sent now is unsent. */
  async #sent(): Promise<void> {
    const { outbox, connection } = this.#nova;
    await until([outbox, connection], () => this.#unsent === 0 || !connection.getSnapshot().online);
  }

  get #unsent(): number {
    const waiting = this.#nova.outbox.getSnapshot();
    return waiting.filter(({ state }) => state === 'queued' || state === 'sending').length;
  }

  async #farewell(): Promise<void> {
    const sent = this.#underWay.then(() => until([this.#nova.outbox], () => this.#unsent === 0));
    await Promise.race([sent, delay(farewellMs, undefined, { ref: false })]);
    if (this.#unaddressed > 0) throw new Error('the service was not reached: nothing was sent');
    await this.#nova.outbox.durable();
    const kept = this.#unsent;
    if (kept > 0) this.#screen.print(`${kept} unsent: kept for the next start`);
  }

  #followConnection(): void {
    const { online, phase, reason } = this.#nova.connection.getSnapshot();
    if (phase === 'closed' && reason !== null && reason.code !== 1000) {
      this.#end.reject(new Error(`the service ended the connection: ${reason.message}`));
    }
    if (online === this.#wasOnline) return;
    // The first try is no loss yet.
    if (!online && this.#live === null && phase !== 'waiting') return;
    this.#wasOnline = online;
    if (phase !== 'closed') this.#screen.print(online ? 'back' : this.#lossWords());
  }

  #lossWords(): string {
    return this.#live === null ? new Unreachable(this.#chat.url).message : 'reconnecting…';
  }

  #nameOf(userId: string): string {
    const member = this.#live?.getSnapshot().members?.find((one) => one.userId === userId);
    if (member?.name !== undefined) return member.name;
    const { people } = this.#state.remembered;
    return Object.keys(people).find((name) => people[name] === userId) ?? userId.slice(0, 8);
  }
}
