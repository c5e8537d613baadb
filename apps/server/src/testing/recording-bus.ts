import { type EventName, events } from '@nova/protocol';
import { Check } from 'typebox/value';
import type { Bus } from '#delivery/bus.js';
import { createMemoryBus } from '#delivery/memory-bus.js';
import type { NoticeOutgoing, Outgoing } from '#delivery/outgoing.js';

/** An event as it was published, with its frame read back. */
export interface RecordedEvent {
  readonly outgoing: Exclude<Outgoing, NoticeOutgoing>;
  readonly event: string;
  readonly pos: number | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: the frame was checked against the event's schema
  readonly data: any;
}

export interface RecordingBus extends Bus {
  /** Takes what was published since the last call. */
  taken(): RecordedEvent[];
}

/** A bus that keeps what goes over it and holds every frame against the contract. */
export function createRecordingBus(): RecordingBus {
  const bus = createMemoryBus();
  let recorded: RecordedEvent[] = [];
  bus.subscribe((batch) => {
    for (const outgoing of batch) {
      if (outgoing.kind !== 'notice') recorded.push(read(outgoing));
    }
  });
  return {
    ...bus,
    taken() {
      const taken = recorded;
      recorded = [];
      return taken;
    },
  };
}

function read(outgoing: RecordedEvent['outgoing']): RecordedEvent {
  const frame = JSON.parse(String(outgoing.frame));
  const definition = events[frame.event as EventName];
  if (!Check(definition.data, frame.data)) {
    throw new Error(`${frame.event} does not fit its schema: ${outgoing.frame}`);
  }
  return { outgoing, event: frame.event, pos: frame.pos, data: frame.data };
}
