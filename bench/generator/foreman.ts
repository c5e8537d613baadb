import { CallLoop } from './calls/call-loop.ts';
import { nowMicros } from './clock.ts';
import { ClosedLoop } from './closed-loop.ts';
import { Crew } from './crew.ts';
import { dialects } from './dialects/index.ts';
import { judge } from './judge.ts';
import { Latency } from './latency.ts';
import { limited } from './limited.ts';
import type { Conversation, Member } from './member.ts';
import { beginRequestIds, MessageTemplate, newMessageId } from './message-template.ts';
import { OpenLoop } from './open-loop.ts';
import { type Door, openSockets, type Recruit } from './open-sockets.ts';
import type { OrderHandlers, Orders } from './orders.ts';
import { untilPastMaking } from './past-making.ts';
import { storm } from './storm.ts';
import { signTokens } from './tokens.ts';
import { waitUntil } from './wait-until.ts';

const textBytes = 160;
const createConcurrency = 32;
/** A slow subject on a busy machine has a whole window of messages to work off. */
const answerWithinMs = 60_000;
/** In groups with more members here than this, every `timedEvery`th socket is timed. */
const timedAll = 32;
const timedEvery = 50;

/** Carries out what the harness orders one generator process to do. */
export class Foreman implements OrderHandlers {
  #recruits: readonly Recruit[] = [];
  #crew = new Crew(dialects.nova, true);
  #door: Door | undefined;
  #loop: { close(): void | Promise<void> } | undefined;

  recruit({ processIndex, users, signingKeyPem }: Orders['recruit']['input']) {
    beginRequestIds(processIndex);
    const tokens = signingKeyPem === undefined ? users : signTokens(users, signingKeyPem);
    this.#recruits = users.map((userId, index) => ({ userId, token: tokens[index] ?? '' }));
    return { tokens: tokens.length };
  }

  async open(input: Orders['open']['input']) {
    const { ports, network, numbered, concurrency, sockets } = input;
    const dialect = dialects[input.dialect];
    const already = this.#crew.members.length;
    if (already === 0) this.#crew = new Crew(dialect, numbered);
    const recruits = this.#recruits.slice(already, already + sockets);
    this.#door = { ports, network, dialect };
    const handshakes = await openSockets(this.#crew, recruits, this.#door, concurrency);
    return { handshakes: handshakes.take() };
  }

  async pair() {
    const pairs = this.#crew.members.flatMap((member, index, all) => {
      const other = all[index + 1];
      return index % 2 === 0 && other !== undefined ? [[member, other] as const] : [];
    });
    await limited(pairs, createConcurrency, async ([member, other]) => {
      const input = { kind: 'direct', memberIds: [other.userId] };
      this.#join([member, other], await this.#create(member, input));
    });
    return { conversations: pairs.length };
  }

  async group({ userIds, creator: index = 0 }: Orders['group']['input']) {
    const creator = this.#member(index);
    const memberIds = userIds.filter((userId) => userId !== creator.userId);
    const group = await this.#create(creator, { kind: 'group', title: 'Everybody', memberIds });
    return { conversationId: group.id, nextSeq: group.nextSeq };
  }

  async join({ conversationId, nextSeq }: Orders['join']['input']) {
    const { members, dialect } = this.#crew;
    if (dialect.entersGroups) {
      await limited(members, createConcurrency, async (member) => {
        await this.#crew.request(member, 'conversation.join', { conversationId });
      });
    }
    this.#join(members, { id: conversationId, nextSeq, accepted: 0 });
    const every = members.length > timedAll ? timedEvery : 1;
    for (const [index, member] of members.entries()) member.timed = index % every === 0;
    return { members: members.length };
  }

  enrol({ groups }: Orders['enrol']['input']) {
    let enrolled = 0;
    for (const { conversationId, nextSeq, first, count } of groups) {
      const members = this.#crew.members.slice(first, first + count);
      this.#join(members, { id: conversationId, nextSeq, accepted: 0 });
      enrolled += members.length;
    }
    return { members: enrolled };
  }

  count() {
    const { members } = this.#crew;
    return { accepted: members.map(({ conversation }) => conversation?.accepted ?? 0) };
  }

  expect({ groups }: Orders['expect']['input']) {
    for (const { first, accepted } of groups) {
      const { conversation } = this.#member(first);
      if (conversation !== undefined) conversation.accepted = accepted;
    }
    return {};
  }

  async passMaking() {
    await untilPastMaking(this.#crew);
    return {};
  }

  async storm() {
    if (this.#door === undefined) throw new Error('nobody is connected');
    const { returns, retries } = await storm(this.#crew, this.#recruits, this.#door);
    return { returns: returns.take(), retries };
  }

  closedLoop({ window, senders, apart = false }: Orders['closedLoop']['input']) {
    const chosen = this.#crew.members.slice(0, senders);
    const halves = [0, 1].flatMap((half) => chosen.filter((_, index) => index % 2 === half));
    const loop = new ClosedLoop(this.#crew, apart ? halves : chosen);
    this.#loop = loop;
    loop.start(window);
    return { senders: chosen.length };
  }

  openLoop({ ratePerSecond, oneWay = false }: Orders['openLoop']['input']) {
    const { members } = this.#crew;
    const senders = oneWay ? members.filter((_, index) => index % 2 === 0) : members;
    if (oneWay) for (const sender of senders) sender.timed = false;
    const loop = new OpenLoop(this.#crew, senders, ratePerSecond);
    this.#loop = loop;
    loop.start();
    return { senders: senders.length };
  }

  calls(input: Orders['calls']['input']) {
    const loop = new CallLoop(this.#crew);
    this.#loop = loop;
    if ('window' in input) loop.keep(input.window);
    else loop.pace(input.ratePerSecond);
    return { pairs: loop.pairs };
  }

  async acquaint({ userIds }: Orders['acquaint']['input']) {
    const writer = this.#member(0);
    await limited(userIds, createConcurrency, async (userId) => {
      const input = { kind: 'direct', memberIds: [userId] };
      const { id: conversationId } = await this.#create(writer, input);
      const message = { conversationId, id: newMessageId(), text: 'good to know you' };
      await this.#crew.request(writer, 'message.send', message);
    });
    return { conversations: userIds.length };
  }

  async ask(input: Orders['ask']['input']) {
    const { type, data, ofConversation, askers, concurrency, requests } = input;
    const latency = new Latency();
    await limited(Array(requests).keys(), concurrency, async (n) => {
      const member = this.#member(n % askers);
      const about = ofConversation ? { conversationId: member.conversation?.id } : {};
      const startedAt = nowMicros();
      await this.#crew.request(member, type, { ...data, ...about });
      latency.record(nowMicros() - startedAt);
    });
    return { latency: latency.take() };
  }

  mark() {
    return this.#crew.meters.mark();
  }

  async stop() {
    await this.#loop?.close();
    await waitUntil(() => this.#crew.sendsUnderWay === 0, answerWithinMs);
    return { accepted: this.#crew.meters.acknowledged };
  }

  async settle({ accepted }: Orders['settle']['input']) {
    const sentTo = ({ conversation }: Member) => accepted ?? conversation?.accepted ?? 0;
    const { members } = this.#crew;
    const complete = () => members.every((member) => member.check.lost(sentTo(member)) === 0);
    await waitUntil(complete, answerWithinMs);
    return judge(this.#crew, sentTo);
  }

  #member(index: number): Member {
    const member = this.#crew.members[index];
    if (member === undefined) throw new Error(`no member ${index}`);
    return member;
  }

  #join(members: readonly Member[], conversation: Conversation): void {
    for (const member of members) {
      const { dialect } = this.#crew;
      const template = new MessageTemplate(dialect, conversation.id, textBytes, member.userId);
      member.join(conversation, template);
    }
  }

  async #create(creator: Member, input: object): Promise<Conversation> {
    const body = await this.#crew.request(creator, 'conversation.create', input);
    const { id, lastSeq = 0 } = body as { id: string; lastSeq?: number };
    return { id, nextSeq: lastSeq + 1, accepted: 0 };
  }
}
