/**
 * The rooms of apps/server/src, from left to right. A file imports its own room and rooms to its
 * right. Rooms of one entry may import each other, never in a ring.
 */
export const rooms: readonly (readonly string[])[] = [
  ['bin'],
  [
    'server.ts',
    'doors.ts',
    'rooms.ts',
    'kafka-links.ts',
    'open-bus.ts',
    'open-delivery.ts',
    'rate-limits.ts',
    'service-limits.ts',
    'embedded-default.ts',
    'until-reachable.ts',
    'web-client.ts',
  ],
  ['gateway'],
  ['sync', 'relay', 'user-events'],
  ['conversations', 'messages', 'receipts', 'presence', 'typing', 'calls', 'users', 'cli'],
  ['dispatch', 'directory'],
  ['log'],
  ['delivery', 'idempotency'],
  ['auth', 'sealing'],
  ['db', 'redis', 'kafka'],
  ['config', 'observe', 'documents', 'errors.ts', 'version.ts'],
];

/** Fixtures of the tests: they may use every room and only tests use them. */
export const testingRoom = 'testing';

/** Rooms that may look at the environment of the process. */
export const environmentRooms: readonly string[] = ['config', 'bin'];

/** Files past the bound of 300 lines, each with the reason why it is whole. */
export const longFiles: Readonly<Record<string, string>> = {};

export const maxLines = 300;
