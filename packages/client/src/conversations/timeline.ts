/**
 * The loaded run of a conversation's messages, ascending by seq and without gaps. Persistent: a
 * change copies one chunk and the list of chunks, so that it costs the same in a long history.
 */
import type { Message } from '@nova/protocol';

export interface Entry {
  readonly message: Message;
  /** Changes up to this position are contained in the message. */
  readonly pos: number;
  /** The unread count has seen that this message was deleted. */
  readonly deletionCounted: boolean;
}

type Chunk = readonly Entry[];

export interface Timeline {
  readonly chunks: readonly Chunk[];
  readonly size: number;
}

const chunkSize = 64;

export const emptyTimeline: Timeline = { chunks: [], size: 0 };

const seqOf = (entry: Entry | undefined): number => entry?.message.seq ?? 0;

/** 0 when empty: messages are numbered from 1. */
export const firstSeq = (timeline: Timeline): number => seqOf(timeline.chunks[0]?.[0]);
export const lastSeq = (timeline: Timeline): number => seqOf(timeline.chunks.at(-1)?.at(-1));

export function append(timeline: Timeline, entry: Entry): Timeline {
  const { chunks, size } = timeline;
  const last = chunks.at(-1);
  return {
    size: size + 1,
    chunks:
      last === undefined || last.length >= chunkSize
        ? [...chunks, [entry]]
        : chunks.with(chunks.length - 1, [...last, entry]),
  };
}

export function find(timeline: Timeline, seq: number): Entry | undefined {
  const [chunkIndex, index] = locate(timeline, seq);
  const entry = timeline.chunks[chunkIndex]?.[index];
  return entry?.message.seq === seq ? entry : undefined;
}

/** Puts an entry in the place of the one with the same seq, which must be there. */
export function replace(timeline: Timeline, entry: Entry): Timeline {
  const [chunkIndex, index] = locate(timeline, entry.message.seq);
  const chunk = timeline.chunks[chunkIndex];
  if (chunk === undefined || index >= chunk.length) return timeline;
  return { ...timeline, chunks: timeline.chunks.with(chunkIndex, chunk.with(index, entry)) };
}

/**
 * Adds a page of ascending messages. Of two states of a message the one with the greater position
 * stays. Where page and timeline leave a gap between them, the newer of the two is kept alone.
 */
export function mergePage(timeline: Timeline, page: readonly Entry[]): Timeline {
  if (page.length === 0) return timeline;
  if (timeline.size === 0) return fromEntries(page);
  const pageFirst = seqOf(page[0]);
  const pageLast = seqOf(page.at(-1));
  if (pageFirst > lastSeq(timeline) + 1) return fromEntries(page);
  if (pageLast < firstSeq(timeline) - 1) return timeline;
  const bySeq = new Map<number, Entry>();
  for (const entry of page) bySeq.set(entry.message.seq, entry);
  for (const entry of entries(timeline)) {
    const other = bySeq.get(entry.message.seq);
    if (other === undefined || other.pos < entry.pos) bySeq.set(entry.message.seq, entry);
  }
  return fromEntries([...bySeq.values()].sort((a, b) => a.message.seq - b.message.seq));
}

/** Forgets the oldest until `keep` are left; only when a whole chunk's worth is too many. */
export function keepNewest(timeline: Timeline, keep: number): Timeline {
  if (timeline.size < keep + chunkSize) return timeline;
  let { size } = timeline;
  let from = 0;
  for (const chunk of timeline.chunks) {
    if (size - chunk.length < keep) break;
    size -= chunk.length;
    from += 1;
  }
  return { size, chunks: timeline.chunks.slice(from) };
}

export function* entries(timeline: Timeline): Generator<Entry> {
  for (const chunk of timeline.chunks) yield* chunk;
}

export function messagesOf(timeline: Timeline): readonly Message[] {
  const messages: Message[] = [];
  for (const chunk of timeline.chunks) for (const { message } of chunk) messages.push(message);
  return messages;
}

function fromEntries(list: readonly Entry[]): Timeline {
  const chunks: Chunk[] = [];
  for (let start = 0; start < list.length; start += chunkSize) {
    chunks.push(list.slice(start, start + chunkSize));
  }
  return { chunks, size: list.length };
}

/** Chunk and index of the first entry whose seq is not below `seq`. */
function locate(timeline: Timeline, seq: number): readonly [number, number] {
  const { chunks } = timeline;
  const chunkIndex = lowest(chunks.length, (at) => seqOf(chunks[at]?.at(-1)) >= seq);
  const chunk = chunks[chunkIndex] ?? [];
  return [chunkIndex, lowest(chunk.length, (at) => seqOf(chunk[at]) >= seq)];
}

/** The lowest index for which `holds` is true, once true for all above; `length` for none. */
function lowest(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
