/**
 * What one node tells the others in one message of Redis. A head of fixed size, so that foreign
 * and own messages are known without reading further; then, for events, their fields as JSON and
 * their frames as they go to the sockets: encoded once, whatever the number of nodes.
 */
import { frameBytes } from './encode-frame.ts';
import type { Outgoing } from './outgoing.ts';

export type MessageKind = 'events' | 'ping' | 'bye';

export interface BusMessage {
  readonly kind: MessageKind;
  readonly sender: string;
  readonly body: Buffer;
}

const magic = 0x4e;
const version = 1;
const kinds: readonly MessageKind[] = ['events', 'ping', 'bye'];
const epochAt = 2;
const senderAt = epochAt + 16;
const kindAt = senderAt + 8;
const headBytes = kindAt + 1;

const epochBytes = (epoch: string): Buffer => Buffer.from(epoch.replaceAll('-', ''), 'hex');

/** Begins every message of a node. `sender`: 16 hexadecimal digits. */
export function createHead(epoch: string, sender: string): Buffer {
  return Buffer.concat([
    Buffer.from([magic, version]),
    epochBytes(epoch),
    Buffer.from(sender, 'hex'),
  ]);
}

/** Undefined for what no node of this installation wrote: another epoch, another version. */
export function readHead(message: Buffer, head: Buffer): BusMessage | undefined {
  if (message.length < headBytes) return undefined;
  if (head.compare(message, 0, senderAt, 0, senderAt) !== 0) return undefined;
  const kind = kinds[message[kindAt] ?? -1];
  if (kind === undefined) return undefined;
  const sender = message.toString('hex', senderAt, kindAt);
  return { kind, sender, body: message.subarray(headBytes) };
}

export function writeMessage(head: Buffer, kind: MessageKind, parts: readonly Buffer[]): Buffer {
  return Buffer.concat([head, Buffer.from([kinds.indexOf(kind)]), ...parts]);
}

/** The event with its frame encoded: as it goes to the sockets of this node and of the others. */
export function withFrameEncoded(event: Outgoing): Outgoing {
  return 'frame' in event ? { ...event, frame: frameBytes(event.frame) } : event;
}

export function encodeEvents(batch: readonly Outgoing[]): readonly Buffer[] {
  const frames: Buffer[] = [];
  const fields = batch.map((event) => {
    if (!('frame' in event)) return event;
    const frame = frameBytes(event.frame);
    frames.push(frame);
    return { ...event, frame: frame.length };
  });
  const json = Buffer.from(JSON.stringify(fields));
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(json.length);
  return [length, json, ...frames];
}

/** Throws for a body that `encodeEvents` did not write. */
export function decodeEvents(body: Buffer): readonly Outgoing[] {
  let at = 4 + body.readUInt32BE(0);
  if (at > body.length) throw new Error('cut short');
  const fields = JSON.parse(body.toString('utf8', 4, at)) as { frame?: unknown }[];
  return fields.map((event) => {
    const length = event.frame;
    if (length === undefined) return event as Outgoing;
    if (typeof length !== 'number' || at + length > body.length) throw new Error('no frame');
    const frame = body.subarray(at, at + length);
    at += length;
    return Object.assign(event, { frame }) as unknown as Outgoing;
  });
}
