import type { LiveConversation } from '@nova/client';
import { describe, expect, it } from 'vitest';
import { type CommandContext, runCommand } from './commands.ts';

/** A conversation that writes down what it was asked to do. */
function scene() {
  const asked: unknown[][] = [];
  const printed: string[] = [];
  const messages = [
    { id: 'm1', seq: 1, senderId: 'ana' },
    { id: 'm2', seq: 2, senderId: 'ana', reactions: [{ emoji: '👍', count: 1, userIds: ['ana'] }] },
    { id: 'm3', seq: 3, senderId: 'bob' },
  ];
  const members = [{ userId: 'bob', role: 'member', joinedAt: '', lastReadSeq: 2 }];
  const call =
    (name: string) =>
    (...args: unknown[]) => {
      asked.push([name, ...args]);
      return Promise.resolve();
    };
  const live = {
    getSnapshot: () => ({ messages, members, memberCount: 2, lastSeq: 3 }),
    edit: call('edit'),
    delete: call('delete'),
    react: call('react'),
    unreact: call('unreact'),
    send: call('send'),
  } as unknown as LiveConversation;
  const context: CommandContext = {
    live,
    userId: 'ana',
    nameOf: (userId) => userId,
    print: (line) => printed.push(line),
    showOlder: call('older'),
    quit: call('quit'),
  };
  return { asked, printed, context };
}

describe('a command', () => {
  it.each([
    ['/edit better words', ['edit', 'm2', 'better words']],
    ['/edit #1 better', ['edit', 'm1', 'better']],
    ['/edit 1 better', ['edit', 'm1', 'better']],
    ['/edit 42nd street', ['edit', 'm2', '42nd street']],
    ['/delete', ['delete', 'm2']],
    ['/delete #1', ['delete', 'm1']],
    ['/react 🎉', ['react', 'm3', '🎉']],
    ['/react #2 👍', ['unreact', 'm2', '👍']],
    ['/reply #3 yes', ['send', 'yes', { replyTo: 'm3' }]],
    ['/older', ['older']],
    ['/quit', ['quit']],
  ])('%s', async (line, expected) => {
    const { asked, context } = scene();
    await runCommand(line, context);
    expect(asked).toEqual([expected]);
  });

  it.each([
    ['/who', 'bob (member) has read up to #2'],
    ['/edit #9 x', '! no such message here'],
    ['/react', '! with what? /react 👍'],
    ['/reply yes', '! say to which: /reply #12 TEXT'],
    ['/dance', 'there is no /dance: see /help'],
  ])('%s answers in words', async (line, words) => {
    const { printed, context } = scene();
    await runCommand(line, context);
    expect(printed).toEqual([words]);
  });

  it('waits for a connection where it needs one', async () => {
    const { printed, context } = scene();
    await runCommand('/who', { ...context, live: null });
    expect(printed).toEqual(['not connected yet: try again when the service is back']);
  });
});
