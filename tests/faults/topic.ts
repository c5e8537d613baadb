/** What other systems were told, against the log. */
import type { TopicRecord } from '@nova/dev-env';

/** One record of the topic, as far as the checks look at it. */
export interface TopicEvent {
  readonly id: string;
  readonly type: string;
  readonly conversationId: string;
  readonly pos: number;
  /** A record's key decides on its partition, and the partition on its order. */
  readonly key: string | undefined;
}

export interface LoggedEvent {
  readonly conversationId: string;
  readonly pos: number;
}

export interface TopicFindings {
  readonly missing: string[];
  readonly outOfOrder: string[];
  readonly other: string[];
  /** Records that came again under the same id, which is allowed. */
  readonly repeated: number;
}

export function eventOf({ key, value }: TopicRecord): TopicEvent {
  const { id, type, conversationId, pos } = JSON.parse(value) as TopicEvent;
  return { id, type, conversationId, pos, key };
}

/**
 * Every event of the log stands in the topic, and those of one conversation in the order of `pos`.
 * Only the creation, `pos` 0, may come after the first events: it has a transaction of its own.
 */
export function judgeTopic(
  records: readonly TopicEvent[],
  logged: readonly LoggedEvent[],
): TopicFindings {
  const findings = { missing: [] as string[], outOfOrder: [] as string[], other: [] as string[] };
  const seen = new Map<string, string>();
  const lastPos = new Map<string, number>();
  let repeated = 0;
  for (const { id, key, conversationId, pos } of records) {
    const name = nameOf({ conversationId, pos });
    if (key !== conversationId) findings.other.push(`${name} has the key ${key}`);
    if (seen.get(name) === id) {
      repeated += 1;
      continue;
    }
    if (seen.has(name)) findings.other.push(`${name} came under two ids`);
    seen.set(name, id);
    const last = lastPos.get(conversationId) ?? 0;
    if (pos > 0 && pos < last) findings.outOfOrder.push(`${name} after ${last}`);
    lastPos.set(conversationId, Math.max(last, pos));
  }
  const expected = new Set(logged.map(nameOf));
  for (const name of expected) if (!seen.has(name)) findings.missing.push(name);
  for (const name of seen.keys()) {
    if (!expected.has(name) && !name.endsWith(' pos 0'))
      findings.other.push(`${name} is not logged`);
  }
  return { ...findings, repeated };
}

const nameOf = ({ conversationId, pos }: LoggedEvent): string => `${conversationId} pos ${pos}`;
