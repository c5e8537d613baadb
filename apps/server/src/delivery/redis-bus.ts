import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Connection, RedisPool } from '#redis/redis-pool.js';
import type { Bus } from './bus.ts';
import {
  createHead,
  decodeEvents,
  encodeEvents,
  readHead,
  withFrameEncoded,
  writeMessage,
} from './bus-message.ts';
import type { Outgoing } from './outgoing.ts';
import { Pulse } from './pulse.ts';

export interface RedisBusOptions {
  readonly redis: RedisPool;
  /** Identity of the log: nodes on another database are not ours, even on the same Redis. */
  readonly epoch: () => string;
  /** A transaction older than anything that is about to be told. */
  readonly settledXid: () => string;
  readonly onReachable: (reachable: boolean) => void;
  readonly onSteady: (steady: boolean) => void;
  /** From publishing to hearing oneself. */
  readonly onLag?: (seconds: number) => void;
  readonly onSent?: (bytes: number) => void;
  readonly onHeard?: (bytes: number) => void;
  /** Events that were not told to the other nodes, who read them in the log. */
  readonly onDropped?: (events: number) => void;
  readonly onIgnored?: (reason: 'foreign' | 'malformed') => void;
  /** Silence after which connections are opened anew. */
  readonly renewMs: number;
}

/** Nodes speak on one of these each: on a cluster the load goes to all of its masters. */
const channels: readonly string[] = Array.from({ length: 16 }, (_, index) => `nova:bus:${index}`);
/** So much may be on its way to Redis; what comes on top is left to the log. */
const inFlightBytesMax = 16 * 1_048_576;
/** Larger flushes are split: Redis cuts listeners that have too much waiting. */
const messageBytes = 262_144;
const pingsMax = 3;
const farewellMs = 500;

/**
 * The bus between nodes: Pub/Sub of Redis (sharded on a cluster). What this node publishes reaches
 * its own sockets at once and is not heard a second time; to the others goes one message with all
 * of one turn of the event loop, for the message, not its length, is what each of them pays for.
 */
export class RedisBus implements Bus {
  readonly #options: RedisBusOptions;
  readonly #self = randomBytes(8).toString('hex');
  readonly #channel = channels[randomBytes(1).readUInt8() % channels.length] ?? '';
  readonly #listeners: ((batch: readonly Outgoing[]) => void)[] = [];
  readonly #pulse: Pulse;
  #head: Buffer;
  #epoch: string;
  /** Published in this turn, not sent yet. */
  #gathered: Outgoing[] = [];
  #inFlightBytes = 0;
  #pings = 0;
  /** Since when something was not told that stands in no log. */
  #untoldSince: string | undefined;

  constructor(options: RedisBusOptions) {
    this.#options = options;
    this.#epoch = options.epoch();
    this.#head = createHead(this.#epoch, this.#self);
    this.#pulse = new Pulse({
      self: this.#self,
      ping: () => this.#ping(),
      onReachable: options.onReachable,
      onSteady: options.onSteady,
      onStale: () => options.redis.reconnect(),
      renewMs: options.renewMs,
    });
  }

  start(): void {
    const { redis } = this.#options;
    redis.listen((listener) => this.#listenTo(listener));
    redis.start();
    this.#pulse.start();
  }

  #listenTo(listener: Connection): void {
    const { sharded } = this.#options.redis;
    listener.on(sharded ? 'smessageBuffer' : 'messageBuffer', (_channel: Buffer, message: Buffer) =>
      this.#hear(message),
    );
    // ioredis subscribes again by itself after that, unless the first time failed half way.
    listener.on('ready', () => {
      const done = sharded
        ? Promise.all(channels.map((channel) => listener.ssubscribe(channel)))
        : listener.subscribe(...channels);
      done.catch(() => undefined);
    });
    // What was published until it is back was not heard, however short that is.
    listener.on('close', () => this.#pulse.broke());
  }

  /** How this node signs what it says. */
  get nodeId(): string {
    return this.#self;
  }

  get reachable(): boolean {
    return this.#pulse.reachable;
  }

  /** The other nodes that were heard in the last `ms`. */
  heardWithin(ms: number): ReadonlySet<string> {
    return this.#pulse.heardWithin(ms);
  }

  /** Milliseconds since the bus was last seen working. */
  get silentMs(): number {
    return this.#pulse.silentMs;
  }

  publish(batch: readonly Outgoing[]): void {
    if (batch.length === 0) return;
    const events = batch.map(withFrameEncoded);
    if (this.#gathered.length === 0) setImmediate(() => this.#flush());
    for (const event of events) this.#gathered.push(event);
    for (const listener of this.#listeners) listener(events);
  }

  subscribe(listener: (batch: readonly Outgoing[]) => void): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    this.#pulse.close();
    this.#listeners.length = 0;
    this.#flush();
    if (this.#pulse.reachable) {
      const farewell = this.#publish(writeMessage(this.#currentHead(), 'bye', []));
      await Promise.race([farewell, delay(farewellMs, undefined, { ref: false })]);
    }
    this.#options.redis.close();
  }

  #flush(): void {
    const gathered = this.#gathered;
    this.#gathered = [];
    for (const piece of pieces(gathered)) {
      this.#send(writeMessage(this.#currentHead(), 'events', encodeEvents(piece)), piece);
    }
  }

  #send(message: Buffer, batch: readonly Outgoing[]): void {
    if (!this.#pulse.reachable || this.#inFlightBytes + message.length > inFlightBytesMax) {
      this.#unsent(batch);
      return;
    }
    this.#inFlightBytes += message.length;
    void this.#publish(message).then((sent) => {
      this.#inFlightBytes -= message.length;
      if (sent) this.#options.onSent?.(message.length);
      else this.#unsent(batch);
    });
  }

  /** Durable events are found in the log; of the rest the others have to be told to look. */
  #unsent(batch: readonly Outgoing[]): void {
    this.#options.onDropped?.(batch.length);
    if (batch.some(({ kind }) => kind === 'state')) {
      this.#untoldSince ??= this.#options.settledXid();
    }
  }

  /** Once this node is heard again. */
  #tellUntold(): void {
    const since = this.#untoldSince;
    if (since === undefined) return;
    this.#untoldSince = undefined;
    const parts = encodeEvents([{ kind: 'notice', notice: { topic: 'untold', since } }]);
    void this.#publish(writeMessage(this.#currentHead(), 'events', parts)).then((sent) => {
      if (!sent) this.#untoldSince = since;
    });
  }

  /** Never rejects: a message that is not sent is no loss, the log has it. */
  #publish(message: Buffer): Promise<boolean> {
    const { publisher, sharded } = this.#options.redis;
    if (publisher === undefined) return Promise.resolve(false);
    const sent = sharded
      ? publisher.spublish(this.#channel, message)
      : publisher.publish(this.#channel, message);
    return sent.then(
      () => true,
      () => false,
    );
  }

  #ping(): void {
    if (this.#pings >= pingsMax) return;
    this.#pings++;
    const time = Buffer.allocUnsafe(8);
    time.writeDoubleBE(performance.now());
    void this.#publish(writeMessage(this.#currentHead(), 'ping', [time])).then(() => {
      this.#pings--;
    });
  }

  #hear(message: Buffer): void {
    const { onIgnored, onLag, onHeard } = this.#options;
    const read = readHead(message, this.#currentHead());
    if (read === undefined) {
      onIgnored?.('foreign');
      return;
    }
    const { kind, sender, body } = read;
    if (kind === 'bye') {
      this.#pulse.left(sender);
      return;
    }
    this.#pulse.heard(sender);
    if (sender === this.#self) {
      if (kind === 'ping' && body.length === 8) {
        onLag?.((performance.now() - body.readDoubleBE(0)) / 1000);
      }
      this.#tellUntold();
      return;
    }
    if (kind !== 'events') return;
    onHeard?.(message.length);
    let events: readonly Outgoing[];
    try {
      events = decodeEvents(body);
    } catch {
      onIgnored?.('malformed');
      return;
    }
    for (const listener of this.#listeners) listener(events);
  }

  /** A restored backup renews the epoch while nodes run. */
  #currentHead(): Buffer {
    const epoch = this.#options.epoch();
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#head = createHead(epoch, this.#self);
    }
    return this.#head;
  }
}

function* pieces(batch: readonly Outgoing[]): Generator<readonly Outgoing[]> {
  let first = 0;
  let size = 0;
  for (const [index, event] of batch.entries()) {
    const length = 'frame' in event ? event.frame.length : 0;
    if (size > 0 && size + length > messageBytes) {
      yield batch.slice(first, index);
      first = index;
      size = 0;
    }
    size += length;
  }
  if (first < batch.length) yield first === 0 ? batch : batch.slice(first);
}
