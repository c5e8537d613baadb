import { setTimeout as pause } from 'node:timers/promises';
import { readMetric, startKafka, until } from '@nova/dev-env';
import { newUsers } from '../generator/fleet.ts';
import { Latency } from '../generator/latency.ts';
import { commit } from '../measure/machine.ts';
import { measureWindow, type Window } from '../measure/window.ts';
import type { Options } from '../options.ts';
import type { Outcome } from '../outcome.ts';
import { startNova } from '../subjects/nova.ts';
import { withLoad } from './with-load.ts';

const directConversations = 200;
const openConcurrency = 64;
/** Of each kind, in turns: what else the machine does falls on both. */
const turns = 4;
/** Of the broker's silence, before it is measured: what was under way is stuck by then. */
const silentMs = 1_000;
/** Rows that wait for Kafka while it keeps up: the backlog of its absence is no part of it. */
const keepsUpRows = 2_000;
const catchUpMs = 60_000;

/** A fixed schedule of sends while Kafka answers and while it is stopped, in turns. */
export async function kafka(options: Options): Promise<Outcome> {
  const broker = await startKafka();
  try {
    const env = { KAFKA_BROKERS: broker.brokers, KAFKA_REQUEST_TIMEOUT_MS: '2000' };
    const processes = options.generators ?? 1;
    return await withLoad(
      () => startNova({ cpus: options.subjectCpus, env }),
      { processes, users: newUsers(2 * directConversations), cpus: options.generatorCpus },
      async (subject, fleet) => {
        await fleet.recruit();
        await fleet.open(openConcurrency);
        await fleet.all('pair', () => ({}));
        await fleet.all('openLoop', () => ({ ratePerSecond: options.rate / processes }));
        await pause(options.warmupSeconds * 1_000);
        const times = { warmupSeconds: 0, seconds: options.seconds / turns };
        const caughtUp = async (): Promise<boolean> => {
          const labels = '{queue="kafka"}';
          const { metricsPort = 0 } = subject;
          return (await readMetric(metricsPort, 'message_queue_length', labels)) < keepsUpRows;
        };
        const windows: Record<'answering' | 'stopped', Window[]> = { answering: [], stopped: [] };
        for (let turn = 0; turn < turns; turn++) {
          await until('Kafka to have caught up', caughtUp, catchUpMs);
          windows.answering.push(await measureWindow(subject, fleet, times));
          broker.pause();
          const silence = { warmupSeconds: silentMs / 1_000 };
          windows.stopped.push(await measureWindow(subject, fleet, { ...times, ...silence }));
          broker.resume();
        }
        await fleet.all('stop', () => ({}));
        const [answering, stopped] = [figuresOf(windows.answering), figuresOf(windows.stopped)];
        return {
          scenario: 'kafka',
          subject: 'nova',
          commit: commit(),
          seconds: 2 * options.seconds,
          ...answering,
          kafkaStoppedRatio: stopped.p50Ms / answering.p50Ms,
          variants: { answering, stopped },
          ...(await fleet.settle(undefined)),
        };
      },
    );
  } finally {
    broker.resume();
    await broker[Symbol.asyncDispose]();
  }
}

function figuresOf(windows: readonly Window[]) {
  const all = new Latency();
  for (const { acknowledgeLatency } of windows) all.add(acknowledgeLatency.take());
  const at = (percentile: number): number => all.percentileMs(percentile) ?? Number.NaN;
  return { p50Ms: at(50), p90Ms: at(90), p99Ms: at(99) };
}
