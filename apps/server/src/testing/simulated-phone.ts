/** A device in a simulation, and the chance that rules it. */
import { randomUUID } from 'node:crypto';
import type { Call, EventName } from '@nova/protocol';
import { expect } from 'vitest';
import type { CallDevice, CallScene } from './call-scene.ts';

/** mulberry32: the same calls in every run. */
export function random(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A device as its person sees it: knows nothing but what it was told. */
export class Phone {
  readonly userId: string;
  readonly deviceId = randomUUID();
  node: number;
  device: CallDevice;
  readonly versions = new Map<string, number>();
  readonly rings = new Set<string>();
  /** How each call ended, as this device heard. */
  readonly ends = new Map<string, string>();

  constructor(calls: CallScene, userId: string, node: number) {
    this.userId = userId;
    this.node = node;
    this.device = calls.device(userId, node, this.deviceId);
  }

  hear({ event, data }: { readonly event: EventName; readonly data: never }): void {
    if (event === 'call.ringing' || event === 'call.updated' || event === 'call.ended') {
      this.take(data);
    } else if (event === 'call.legEnded') {
      const { callId, userId, legId } = data as { callId: string; userId: string; legId?: string };
      if (userId === this.userId && legId === undefined) this.rings.delete(callId);
    } else if (event === 'message.created') {
      const { call } = data as { call?: { id: string; endReason: string } };
      if (call !== undefined) this.over(call.id, call.endReason);
    }
  }

  take(call: Call): void {
    if ((this.versions.get(call.id) ?? 0) > call.version || this.ends.has(call.id)) return;
    this.versions.set(call.id, call.version);
    if (call.state === 'ended') this.over(call.id, call.endReason ?? '');
    else if (call.participants.find((one) => one.userId === this.userId)?.state === 'ringing') {
      this.rings.add(call.id);
    } else this.rings.delete(call.id);
  }

  over(callId: string, reason: string): void {
    this.rings.delete(callId);
    expect(this.ends.get(callId) ?? reason).toBe(reason);
    this.ends.set(callId, reason);
  }
}
