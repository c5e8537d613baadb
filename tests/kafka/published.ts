import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createTopic, type TopicWatch } from '@nova/dev-env';
import { Ajv2020 } from 'ajv/dist/2020.js';

export interface Published {
  readonly id: string;
  readonly type: string;
  readonly conversationId: string;
  readonly pos: number;
  readonly data: Readonly<Record<string, unknown>>;
}

const schema = new URL('../../docs/generated/kafka-events.json', import.meta.url);
const fits = new Ajv2020({ strict: false, validateFormats: false }).compile(
  JSON.parse(readFileSync(schema, 'utf8')),
);

/** The events of a topic, each held against the schema that the documents show. */
export const published = ({ records }: TopicWatch): Published[] =>
  records.map(({ key, value, headers }) => {
    const event = JSON.parse(value) as Published;
    if (!fits(event)) throw new Error(`${value}: ${JSON.stringify(fits.errors)}`);
    if (key !== event.conversationId || headers.id !== event.id) throw new Error(`key of ${value}`);
    return event;
  });

/** Each event once, at its first appearance: what a consumer that remembers ids works with. */
export function firsts(events: readonly Published[]): Published[] {
  const seen = new Set<string>();
  return events.filter(({ id }) => !seen.has(id) && seen.add(id));
}

/** Positions of a conversation, in the order in which they first appeared. */
export const positionsOf = (watch: TopicWatch, conversationId: string): number[] =>
  firsts(published(watch))
    .filter((event) => event.conversationId === conversationId)
    .map(({ pos }) => pos);

export const upTo = (last: number): number[] => Array.from({ length: last + 1 }, (_, pos) => pos);

/** Topics of one test's own on the given brokers, and the configuration that names them. */
export async function ownTopics(brokers: string) {
  const name = randomUUID();
  const events = `events.${name}`;
  const userEvents = `users.${name}`;
  await createTopic(brokers, events);
  await createTopic(brokers, userEvents);
  const config = {
    KAFKA_BROKERS: brokers,
    KAFKA_EVENTS_TOPIC: events,
    KAFKA_USER_EVENTS_TOPIC: userEvents,
    KAFKA_CONSUMER_GROUP: `group.${name}`,
    KAFKA_REQUEST_TIMEOUT_MS: '2000',
  };
  return { events, userEvents, config };
}
