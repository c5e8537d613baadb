// The documents of what the relay publishes, made from the schema.
import { eventData, PublishedEvent } from './event-schema.ts';

/** docs/generated/kafka-events.json: JSON Schema 2020-12. */
export function publishedEventsSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Values of nova.messaging.events',
    ...structuredClone(PublishedEvent),
    allOf: Object.entries(eventData).map(([type, data]) => ({
      if: { properties: { type: { const: type } } },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so
      then: { properties: { data: structuredClone(data) } },
    })),
  };
}
