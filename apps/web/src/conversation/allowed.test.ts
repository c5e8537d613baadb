import type { Member, Message, Role } from '@nova/protocol';
import { expect, it } from 'vitest';
import { mayDelete, mayEdit, type Viewer } from './allowed.ts';

const sentAtMs = Date.parse('2026-05-20T12:00:00.000Z');
const hourMs = 3_600_000;

const message = (change: Partial<Message> = {}): Message => ({
  id: 'm',
  conversationId: 'c',
  seq: 1,
  senderId: 'ana',
  kind: 'text',
  text: 'hello',
  createdAt: new Date(sentAtMs).toISOString(),
  version: 1,
  ...change,
});

const viewer = (userId: string, role: Role = 'member'): Viewer => ({
  userId,
  role,
  limits: {
    messageMaxLength: 4_096,
    messageEditWindowHours: 2,
    messageRecallWindowHours: 24,
    maxFrameBytes: 1 << 20,
    requestsInFlight: 256,
  },
});

const member = (userId: string, role: Role): Member => ({
  userId,
  role,
  joinedAt: '2026-05-01T00:00:00.000Z',
});

it('one’s own text can be edited as long as the service takes the edit', () => {
  const ana = viewer('ana');
  expect(mayEdit(message(), ana, sentAtMs + 2 * hourMs)).toBe(true);
  expect(mayEdit(message(), ana, sentAtMs + 2 * hourMs + 1)).toBe(false);
  expect(mayEdit(message(), viewer('bob'), sentAtMs)).toBe(false);
  expect(mayEdit(message({ kind: 'call' }), ana, sentAtMs)).toBe(false);
  expect(mayEdit(message({ version: 101 }), ana, sentAtMs)).toBe(false);
  expect(mayEdit(message({ deletedAt: '2026-05-20T12:01:00.000Z' }), ana, sentAtMs)).toBe(false);
});

it('one’s own words can be taken back within the window, whatever one’s role', () => {
  for (const role of ['member', 'owner'] as const) {
    expect(mayDelete(message(), [], viewer('ana', role), sentAtMs + 24 * hourMs)).toBe(true);
    expect(mayDelete(message(), [], viewer('ana', role), sentAtMs + 24 * hourMs + 1)).toBe(false);
  }
});

it('whoever stands above the sender can delete at any time', () => {
  const late = sentAtMs + 9_000 * hourMs;
  const mayAs = (role: Role, sender: Role): boolean =>
    mayDelete(message(), [member('ana', sender)], viewer('bob', role), late);
  expect(mayAs('member', 'member')).toBe(false);
  expect(mayAs('moderator', 'member')).toBe(true);
  expect(mayAs('moderator', 'moderator')).toBe(false);
  expect(mayAs('owner', 'admin')).toBe(true);
  expect(mayDelete(message(), [], viewer('bob', 'moderator'), late)).toBe(true);
});

it('what is not known is left to the service', () => {
  const late = sentAtMs + 9_000 * hourMs;
  const early: Viewer = { ...viewer('ana'), limits: null };
  expect(mayEdit(message(), early, late)).toBe(true);
  expect(mayDelete(message(), null, early, late)).toBe(true);
  expect(mayDelete(message(), null, viewer('bob', 'admin'), late)).toBe(true);
  // As a node of an earlier release tells them.
  const told = { messageMaxLength: 4_096 } as NonNullable<Viewer['limits']>;
  expect(mayEdit(message(), { ...early, limits: told }, late)).toBe(true);
  expect(mayDelete(message(), [], { ...early, limits: told }, late)).toBe(true);
});
