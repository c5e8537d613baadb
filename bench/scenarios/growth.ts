import { setTimeout as pause } from 'node:timers/promises';
import { type Fleet, newUsers } from '../generator/fleet.ts';
import { Latency } from '../generator/latency.ts';
import { addVerdicts } from '../generator/verdict.ts';
import { commit } from '../measure/machine.ts';
import { temporaryDirectory } from '../measure/temporary-directory.ts';
import { measureWindow } from '../measure/window.ts';
import type { Options } from '../options.ts';
import type { Outcome } from '../outcome.ts';
import { startNova } from '../subjects/nova.ts';
import type { Subject } from '../subjects/subject.ts';
import { growHistory } from './grow-history.ts';
import { withLoad } from './with-load.ts';

const directConversations = 2_000;
const senders = 2 * directConversations;
const openConcurrency = 64;
const saturatingWindow = 800;
const storedAtFirst = 10_000;
/** As many as every conversation has at first, so that both halves read as much. */
const fewMessages = storedAtFirst / directConversations;
const inboxConversations = 500;
const inboxPage = 100;
const reads = 2_000;
const readConcurrency = 4;

/** P7: what a send, a page of history and an inbox cost with few and with many stored messages. */
export async function growth(options: Options): Promise<Outcome> {
  const startedAt = performance.now();
  const directory = await temporaryDirectory();
  const users = newUsers(senders);
  const half = (prepare: (fleet: Fleet) => Promise<void>) =>
    withLoad(
      () => startNova({ cpus: options.subjectCpus, dataDir: directory.path }),
      { processes: 1, users, cpus: options.generatorCpus },
      (subject, fleet) => measureHalf(subject, fleet, prepare, options),
    );
  try {
    const few = await half(storeFew);
    const stored = await growHistory(directory.path, options.stored);
    const many = await half(async () => {});
    const ratio = {
      cpuMicrosPerSend: many.figures.cpuMicrosPerSend / few.figures.cpuMicrosPerSend,
      historyP50Ms: many.figures.historyP50Ms / few.figures.historyP50Ms,
      inboxP50Ms: many.figures.inboxP50Ms / few.figures.inboxP50Ms,
    };
    return {
      scenario: 'growth',
      subject: 'nova',
      commit: commit(),
      seconds: (performance.now() - startedAt) / 1_000,
      costRatio: Math.max(...Object.values(ratio)),
      variants: {
        [`${storedAtFirst} stored`]: few.figures,
        [`${stored} stored`]: many.figures,
        ratio,
      },
      ...addVerdicts([few.verdict, many.verdict]),
    };
  } finally {
    await directory.remove();
  }
}

async function measureHalf(
  subject: Subject,
  fleet: Fleet,
  prepare: (fleet: Fleet) => Promise<void>,
  options: Options,
) {
  await fleet.recruit();
  await fleet.open(openConcurrency);
  await prepare(fleet);
  await fleet.all('pair', () => ({}));
  const history = await ask(fleet, 'message.list', { limit: fewMessages });
  const page = await ask(fleet, 'message.list', {});
  const inbox = await ask(fleet, 'conversation.list', { limit: inboxPage });
  await fleet.all('closedLoop', () => ({ window: saturatingWindow, senders }));
  const measured = await measureWindow(subject, fleet, options);
  await fleet.all('stop', () => ({}));
  const cpuMicros = measured.serviceCpuMicros + measured.databaseCpuMicros;
  const figures = {
    sendsPerSecond: measured.acknowledgedPerSecond,
    cpuMicrosPerSend: cpuMicros / measured.acknowledged,
    historyP50Ms: history.percentileMs(50) ?? 0,
    newestPageP99Ms: page.percentileMs(99) ?? 0,
    inboxP50Ms: inbox.percentileMs(50) ?? 0,
    inboxP99Ms: inbox.percentileMs(99) ?? 0,
  };
  return { figures, verdict: await fleet.settle(undefined) };
}

/** An inbox of many conversations for the first user, and a few messages in every conversation. */
async function storeFew(fleet: Fleet): Promise<void> {
  // The user's neighbour is met by pairing.
  const userIds = fleet.users.slice(2, 2 + inboxConversations);
  await fleet.one(0, 'acquaint', { userIds });
  await fleet.all('pair', () => ({}));
  await fleet.all('closedLoop', () => ({ window: saturatingWindow, senders }));
  while ((await fleet.one(0, 'mark', {})).acknowledged < storedAtFirst) await pause(20);
  await fleet.all('stop', () => ({}));
  await fleet.settle(undefined);
}

async function ask(
  fleet: Fleet,
  type: 'message.list' | 'conversation.list',
  data: Readonly<Record<string, unknown>>,
): Promise<Latency> {
  const ofConversation = type === 'message.list';
  const { latency } = await fleet.one(0, 'ask', {
    type,
    data,
    ofConversation,
    askers: ofConversation ? senders : 1,
    concurrency: readConcurrency,
    requests: reads,
  });
  const read = new Latency();
  read.add(latency);
  return read;
}
