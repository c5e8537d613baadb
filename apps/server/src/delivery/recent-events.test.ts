import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DurableOutgoing } from './outgoing.ts';
import { RecentEvents } from './recent-events.ts';

const event = (pos: number, conversationId = 'here', erases = false): DurableOutgoing => ({
  ...{ kind: 'durable', conversationId, pos, quietMs: 0, recipients: [] },
  ...(erases ? { erases } : {}),
  frame: `${conversationId} ${pos}`,
});
const frames = (first: number, last: number, conversationId = 'here') =>
  Array.from({ length: last - first + 1 }, (_, index) => `${conversationId} ${first + index}`);

describe('the events heard last', () => {
  it('are found by their positions, if all of them are there', () => {
    const recent = new RecentEvents(1_000);
    for (let pos = 5; pos <= 9; pos++) recent.add(event(pos));
    expect(recent.between('here', 4, 9)).toEqual(frames(5, 9));
    expect(recent.between('here', 6, 7)).toEqual(frames(7, 7));
    expect(recent.between('here', 9, 9)).toEqual([]);
    expect(recent.between('here', 3, 9)).toBeUndefined();
    expect(recent.between('here', 4, 10)).toBeUndefined();
    expect(recent.between('elsewhere', 0, 1)).toBeUndefined();
  });

  it('are forgotten where one is missing between them', () => {
    const recent = new RecentEvents(1_000);
    for (const pos of [1, 2, 4, 5]) recent.add(event(pos));
    expect(recent.between('here', 3, 5)).toEqual(frames(4, 5));
    expect(recent.between('here', 1, 5)).toBeUndefined();
    expect(recent.between('here', 0, 2)).toBeUndefined();
  });

  it('are not told again once something was edited or deleted', () => {
    const recent = new RecentEvents(1_000);
    recent.add(event(1));
    recent.add(event(2, 'here', true));
    recent.add(event(3));
    expect(recent.between('here', 0, 3)).toBeUndefined();
    expect(recent.between('here', 1, 3)).toEqual(frames(2, 3));
  });

  it('are all or nothing, and never more than there is room for', () => {
    const scene = fc.record({
      maxBytes: fc.integer({ min: 40, max: 400 }),
      heard: fc.array(
        fc.record({
          conversationId: fc.constantFrom('a', 'b'),
          skip: fc.constantFrom(0, 0, 0, 1),
          erases: fc.constantFrom(false, false, false, true),
        }),
        { maxLength: 60 },
      ),
    });
    fc.assert(
      fc.property(scene, ({ maxBytes, heard }) => {
        const recent = new RecentEvents(maxBytes);
        const last = { a: 0, b: 0 };
        const told = new Map<string, string>();
        for (const { conversationId, skip, erases } of heard) {
          const id = conversationId as 'a' | 'b';
          last[id] += 1 + skip;
          if (erases) {
            for (const key of told.keys()) if (key.startsWith(id)) told.delete(key);
          }
          const next = event(last[id], id, erases);
          told.set(`${id} ${last[id]}`, String(next.frame));
          recent.add(next);
        }
        let kept = 0;
        for (const id of ['a', 'b'] as const) {
          for (let after = 0; after <= last[id]; after++) {
            const found = recent.between(id, after, last[id]);
            if (found === undefined) continue;
            expect(found).toEqual(frames(after + 1, last[id], id));
            for (const frame of found) expect(told.has(String(frame))).toBe(true);
            kept = Math.max(
              kept,
              found.reduce((sum, frame) => sum + frame.length, 0),
            );
          }
        }
        expect(kept).toBeLessThanOrEqual(maxBytes);
      }),
    );
  });
});
