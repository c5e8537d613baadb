/** Holds what the clients sent and were told against what is stored. */
import type { Message } from '@nova/protocol';
import type { Change, Sendings, SentRun, TrueConversation } from './crowd-words.ts';
import type { Scene } from './scene.ts';
import type { StoredMessage } from './truth.ts';

export interface Findings {
  readonly lost: string[];
  readonly doubled: string[];
  readonly outOfOrder: string[];
  /** Events of the log that were not published, or not in the order of their conversation. */
  readonly recordsMissing: string[];
  readonly recordsOutOfOrder: string[];
  /** Everything else that must not be. */
  readonly other: string[];
}

export const noFindings = (): Findings => ({
  ...{ lost: [], doubled: [], outOfOrder: [], other: [] },
  ...{ recordsMissing: [], recordsOutOfOrder: [] },
});

export function judge(
  scene: Scene,
  sendings: readonly Sendings[],
  truth: readonly TrueConversation[],
  stored: readonly StoredMessage[],
): Findings {
  const findings = noFindings();
  const listed = new Map<string, Message>();
  for (const { messages } of truth) {
    for (const message of messages) {
      if (listed.has(message.id)) findings.doubled.push(`${message.id}: listed twice`);
      listed.set(message.id, message);
    }
  }
  compareLists(listed, stored, findings);
  const sent = new Set<string>();
  for (const { runs, changes, refused } of sendings) {
    for (const run of runs) judgeRun(scene, run, listed, changes, findings, sent);
    findings.other.push(...refused);
  }
  for (const { id } of stored) if (!sent.has(id)) findings.other.push(`${id}: nobody sent it`);
  return findings;
}

function judgeRun(
  scene: Scene,
  { client, conversationId, ids, seqs, texts }: SentRun,
  listed: ReadonlyMap<string, Message>,
  changes: Sendings['changes'],
  findings: Findings,
  sent: Set<string>,
): void {
  let lastSeq = 0;
  ids.forEach((id, at) => {
    const message = listed.get(id);
    const acknowledgedSeq = seqs[at] ?? 0;
    const where = `${id}, message ${at + 1} of client ${client} in ${conversationId}`;
    sent.add(id);
    if (message === undefined) {
      if (acknowledgedSeq > 0) findings.lost.push(`${where}: acknowledged and not stored`);
      return;
    }
    if (acknowledgedSeq > 0 && acknowledgedSeq !== message.seq) {
      findings.other.push(`${where}: acknowledged as ${acknowledgedSeq}, stored as ${message.seq}`);
    }
    if (message.seq <= lastSeq) {
      findings.outOfOrder.push(`${where}: seq ${message.seq} after ${lastSeq}`);
    }
    lastSeq = message.seq;
    if (message.conversationId !== conversationId || message.senderId !== scene.userIds[client]) {
      findings.other.push(`${where}: stored elsewhere or as somebody else's`);
    }
    const history = [{ text: texts[at] ?? '', certain: true }, ...(changes[id] ?? [])];
    if (!possibleTexts(history).has(message.deletedAt ? null : (message.text ?? ''))) {
      findings.other.push(`${where}: reads ${JSON.stringify(message.text)} and should not`);
    }
  });
}

/** What may stand there: the last certain change, or an uncertain one after it. */
function possibleTexts(history: readonly Change[]): Set<string | null> {
  const lastCertain = history.findLastIndex(({ certain }) => certain);
  return new Set(history.slice(lastCertain).map(({ text }) => text));
}

/** The service's lists against the tables. */
function compareLists(
  listed: ReadonlyMap<string, Message>,
  stored: readonly StoredMessage[],
  findings: Findings,
): void {
  if (listed.size !== stored.length) {
    findings.other.push(`${listed.size} messages are listed, ${stored.length} are stored`);
  }
  for (const { id, conversationId, seq, senderId, version, deleted } of stored) {
    const message = listed.get(id);
    const same =
      message?.conversationId === conversationId &&
      message.seq === seq &&
      message.senderId === senderId &&
      message.version === version &&
      (message.deletedAt !== undefined) === deleted;
    if (!same) findings.other.push(`${id}: listed otherwise than it is stored`);
  }
}
