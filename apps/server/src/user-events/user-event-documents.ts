// The documents of what is consumed, made from the schemas.
import { userEvents } from './user-event.ts';

/** docs/generated/kafka-user-events.json: JSON Schema 2020-12. */
export function userEventsSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Values of nova.user.events',
    description: 'Types and fields that are not listed are ignored',
    oneOf: Object.values(userEvents).map((schema) => structuredClone(schema)),
  };
}
