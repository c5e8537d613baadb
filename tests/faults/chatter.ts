/** One client that writes all the time: sends, and now and then edits, deletes and reads. */

import { setTimeout as sleep } from 'node:timers/promises';
import { createUuidV7, type NovaClient, NovaClientError } from '@nova/client';
import type { Change, Pace, SentRun } from './crowd-words.ts';
import type { Random } from './random.ts';
import type { SceneConversation } from './scene.ts';

export interface Chatter {
  readonly runs: readonly SentRun[];
  readonly changes: ReadonlyMap<string, readonly Change[]>;
  readonly refused: readonly string[];
  /** Writes until the signal; resolves when everything sent was acknowledged or refused. */
  talk(until: AbortSignal): Promise<void>;
}

export interface ChatterOptions {
  readonly client: NovaClient;
  readonly index: number;
  readonly conversations: readonly Pick<SceneConversation, 'id' | 'weight'>[];
  readonly pace: Pace;
  readonly random: Random;
}

const editShare = 0.05;
const deleteShare = 0.02;
const readShare = 0.1;
const keptRecent = 50;

interface Recent {
  readonly id: string;
  readonly conversationId: string;
}

export function createChatter(options: ChatterOptions): Chatter {
  const { client, index, conversations, pace, random } = options;
  const weights = conversations.reduce((sum, { weight }) => sum + weight, 0);
  const newId = createUuidV7(() => Date.now());
  const runs = new Map<string, SentRun>(
    conversations.map(({ id: conversationId }) => [
      conversationId,
      { client: index, conversationId, ids: [], seqs: [], texts: [] },
    ]),
  );
  const changes = new Map<string, Change[]>();
  const refused: string[] = [];
  const recent: Recent[] = [];
  let lastNumber = 0;

  const pick = (): string => {
    let left = random.next() * weights;
    const found = conversations.find(({ weight }) => {
      left -= weight;
      return left < 0;
    });
    return (found ?? random.pick(conversations)).id;
  };

  const send = async (): Promise<void> => {
    const conversationId = pick();
    const run = runs.get(conversationId);
    if (run === undefined) return;
    const id = newId();
    lastNumber += 1;
    const text = `message ${lastNumber} of ${index}`;
    const at = run.ids.push(id) - 1;
    run.seqs.push(0);
    run.texts.push(text);
    try {
      const { seq } = await client.send(conversationId, text, { id });
      run.seqs[at] = seq;
      recent.push({ id, conversationId });
      if (recent.length > keptRecent) recent.shift();
    } catch (error) {
      refused.push(`message.send by ${index}: ${String(error)}`);
    }
  };

  const change = async (text: string | null): Promise<void> => {
    const [message] = recent.splice(random.between(0, recent.length), 1);
    const conversation = client.conversations.get(message?.conversationId ?? '');
    if (message === undefined || conversation === undefined) return;
    let certain = true;
    try {
      if (text === null) await conversation.delete(message.id);
      else await conversation.edit(message.id, text);
    } catch (error) {
      // It may have happened: the answer was lost with its connection.
      certain = false;
      if (!(error instanceof NovaClientError) || !error.retryable) {
        refused.push(`a change by ${index}: ${String(error)}`);
      }
    }
    const known = changes.get(message.id) ?? [];
    changes.set(message.id, [...known, { text, certain }]);
  };

  const act = async (): Promise<void> => {
    const chance = random.next();
    if (chance < editShare) await change(`edited by ${index}: ${random.between(0, 1_000_000)}`);
    else if (chance < editShare + deleteShare) await change(null);
    else if (chance < editShare + deleteShare + readShare) {
      client.conversations.get(pick())?.markRead();
    } else await send();
  };

  const rest = async (signal: AbortSignal): Promise<void> => {
    // Reading alone would never give the other clients a turn.
    if (pace.pauseMs === 0) await new Promise(setImmediate);
    else await sleep(2 * pace.pauseMs * random.next(), null, { signal }).catch(() => undefined);
  };

  return {
    runs: [...runs.values()],
    changes,
    refused,
    async talk(until) {
      const lanes = Array.from({ length: pace.window }, async () => {
        while (!until.aborted) {
          await rest(until);
          if (!until.aborted) await act();
        }
      });
      await Promise.all(lanes);
    },
  };
}
