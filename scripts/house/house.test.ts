import { expect, test } from 'vitest';
import { checkFiles } from './check-files.ts';
import { checkImports } from './check-imports.ts';

const file = (path: string, ...imports: readonly string[]) => ({
  path,
  text: imports.map((name) => `import { thing } from '${name}';`).join('\n'),
});

test('imports to the right and inside a room are fine', () => {
  expect(
    checkImports([
      file('gateway/session.ts', './outbound-queue.ts', '#dispatch/dispatcher.js', '../errors.ts'),
      file('messages/lane.ts', '#log/append.js', '#db/database.js', 'pg', '@nova/protocol'),
      file('messages/lane.test.ts', '#testing/scene.js', '#gateway/session.js'),
      file('receipts/read.ts', '#messages/message-row.js'),
    ]),
  ).toEqual([]);
});

test('an import to the left is named', () => {
  expect(checkImports([file('log/tail.ts', '#gateway/session.js')])).toEqual([
    'log/tail.ts: log stands to the right of gateway and must not import it',
  ]);
  expect(checkImports([file('db/database.ts', '../log/tail.ts')])).toHaveLength(1);
  expect(checkImports([file('observe/logger.ts', '#server.js')])).toHaveLength(1);
});

test('rooms side by side must not import each other in a ring', () => {
  const problems = checkImports([
    file('messages/send.ts', '#receipts/read.js'),
    file('receipts/read.ts', '#typing/typing.js'),
    file('typing/typing.ts', '#messages/send.js'),
  ]);
  expect(problems).toEqual(['rooms import each other in a ring: messages, receipts, typing']);
});

test('a room without a place and fixtures in the service are named', () => {
  expect(checkImports([file('attic/box.ts')])).toHaveLength(1);
  expect(checkImports([file('log/tail.ts', '#testing/scene.js')])).toHaveLength(1);
});

test('names, lengths and looks at the environment', () => {
  const problems = checkFiles([
    { path: 'packages/client/src/socketThing.ts', text: '' },
    { path: 'packages/client/src/socket-utils.ts', text: '' },
    { path: 'packages/client/src/long.ts', text: 'x\n'.repeat(301) },
    { path: 'apps/server/src/gateway/http.ts', text: 'process.env.PORT' },
    { path: 'apps/server/src/bin/nova.ts', text: 'process.env' },
    { path: 'apps/web/src/inbox/InboxItem.tsx', text: '' },
    { path: 'apps/web/src/inbox/InboxItem.ts', text: '' },
    { path: 'packages/client/src/socket.test.ts', text: 'x\n'.repeat(300) },
  ]);
  expect(problems.map((problem) => problem.split(':')[0])).toEqual([
    'packages/client/src/socketThing.ts',
    'packages/client/src/socket-utils.ts',
    'packages/client/src/long.ts',
    'apps/server/src/gateway/http.ts',
    'apps/web/src/inbox/InboxItem.ts',
  ]);
});
