import type { Message } from '@nova/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  append,
  type Entry,
  emptyTimeline,
  entries,
  find,
  firstSeq,
  keepNewest,
  lastSeq,
  mergePage,
  replace,
} from './timeline.ts';

const entryOf = (seq: number, pos = seq): Entry => ({
  message: { id: `m${seq}`, seq, version: pos } as Message,
  pos,
  deletionCounted: false,
});

const range = (from: number, to: number, pos?: number): Entry[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => entryOf(from + index, pos));

const seqs = (list: Iterable<Entry>): number[] => [...list].map(({ message }) => message.seq);

it('finds and replaces what was appended, across chunks', () => {
  let timeline = emptyTimeline;
  for (const entry of range(11, 500)) timeline = append(timeline, entry);
  expect([firstSeq(timeline), lastSeq(timeline), timeline.size]).toEqual([11, 500, 490]);
  for (const seq of [11, 74, 75, 300, 500]) {
    expect(find(timeline, seq)?.message.seq).toBe(seq);
    const changed = replace(timeline, entryOf(seq, 999));
    expect(find(changed, seq)?.pos).toBe(999);
    expect(find(timeline, seq)?.pos).toBe(seq);
  }
  expect(find(timeline, 10)).toBeUndefined();
  expect(find(timeline, 501)).toBeUndefined();
});

it('merges a page that overlaps or joins as a set, the newer state of a message winning', () => {
  const bounds = fc.record({
    from: fc.integer({ min: 1, max: 300 }),
    size: fc.integer({ min: 1, max: 150 }),
  });
  fc.assert(
    fc.property(bounds, bounds, fc.boolean(), (a, b, pageNewer) => {
      const known = mergePage(emptyTimeline, range(a.from, a.from + a.size - 1, 1_000));
      const page = range(b.from, b.from + b.size - 1, pageNewer ? 2_000 : 500);
      const merged = mergePage(known, page);
      const joins = b.from <= lastSeq(known) + 1 && b.from + b.size >= firstSeq(known);
      const first = Math.min(a.from, b.from);
      const last = Math.max(lastSeq(known), b.from + b.size - 1);
      if (joins) {
        expect(seqs(entries(merged))).toEqual(seqs(range(first, last)));
        const both = Math.max(a.from, b.from);
        if (both <= Math.min(lastSeq(known), b.from + b.size - 1)) {
          expect(find(merged, both)?.pos).toBe(pageNewer ? 2_000 : 1_000);
        }
      } else {
        const newer = a.from > b.from ? entries(known) : page;
        expect(seqs(entries(merged))).toEqual(seqs(newer));
      }
    }),
  );
});

it('forgets the oldest in whole chunks and never too many', () => {
  let timeline = emptyTimeline;
  for (const entry of range(1, 2_000)) {
    timeline = keepNewest(append(timeline, entry), 200);
    expect(timeline.size).toBeLessThan(200 + 64 + 1);
    expect(timeline.size).toBeGreaterThanOrEqual(Math.min(200, entry.message.seq));
    expect(lastSeq(timeline)).toBe(entry.message.seq);
  }
});
