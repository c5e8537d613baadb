import type { InputOf, OperationByName, OperationName, OutputOf } from '@nova/protocol';
import type { ReplyFrame } from '@nova/protocol/wire';
import { fromErrorObject, NovaClientError } from '../client-error.ts';
import type { Clock } from '../clock.ts';
import { type Soonest, soonest } from '../soonest.ts';
import { repeats } from './repeats.ts';

export type Input<Name extends OperationName> = InputOf<OperationByName<Name>>;
export type Output<Name extends OperationName> = OutputOf<OperationByName<Name>>;

/** Where frames go: a link, as far as requests know it. */
export interface Outlet {
  readonly number: number;
  send(frame: object): void;
}

export interface RequestOptions {
  /** Milliseconds until the request is given up, waiting for a connection included. */
  readonly timeoutMs?: number;
}

interface Pending {
  readonly id: number;
  readonly name: OperationName;
  readonly input: object;
  readonly deadlineMs: number;
  /** Belongs to this socket and ends with it. */
  readonly bound: boolean;
  outlet: Outlet | null;
  readonly resolve: (output: never) => void;
  readonly reject: (error: NovaClientError) => void;
}

const defaultTimeoutMs = 15_000;
const sweepEveryMs = 1_000;

/**
 * Requests and their replies. A request made without a connection waits for one; one whose socket
 * dies is sent again on the next, since every operation of the contract recognises a repetition.
 */
export class Requests {
  readonly #clock: Clock;
  readonly #newKey: () => string;
  readonly #pending = new Map<number, Pending>();
  #outlet: Outlet | null = null;
  #lastId = 0;
  readonly #sweepSoon: Soonest;

  constructor(clock: Clock, newKey: () => string) {
    this.#clock = clock;
    this.#newKey = newKey;
    this.#sweepSoon = soonest(clock, () => this.#sweep());
  }

  request<Name extends OperationName>(
    name: Name,
    input: Input<Name>,
    options: RequestOptions = {},
  ): Promise<Output<Name>> {
    return this.#begin(name, input, this.#outlet, false, options);
  }

  /** A request about this very socket. */
  requestOn<Name extends OperationName>(
    outlet: Outlet,
    name: Name,
    input: Input<Name>,
    options: RequestOptions = {},
  ): Promise<Output<Name>> {
    return this.#begin(name, input, outlet, true, options);
  }

  /** Requests go over this link from now on, those that waited for one first. */
  serve(outlet: Outlet): void {
    this.#outlet = outlet;
    for (const pending of this.#pending.values()) {
      if (!pending.bound) this.#send(pending, outlet);
    }
  }

  lost(outlet: Outlet): void {
    if (this.#outlet === outlet) this.#outlet = null;
    for (const pending of this.#pending.values()) {
      if (pending.outlet !== outlet) continue;
      pending.outlet = null;
      if (!pending.bound && mayRepeat(pending.name)) continue;
      this.#settle(pending)?.reject(
        new NovaClientError('disconnected', `the connection ended during ${pending.name}`),
      );
    }
  }

  receive(frame: ReplyFrame): void {
    const pending = frame.reply === null ? undefined : this.#pending.get(frame.reply);
    if (pending === undefined) return;
    this.#settle(pending);
    if ('error' in frame) pending.reject(fromErrorObject(frame.error));
    else pending.resolve(frame.data as never);
  }

  /** Gives up everything under way. */
  close(): void {
    this.#outlet = null;
    this.#sweepSoon.cancel();
    const error = new NovaClientError('closed', 'the client was closed');
    for (const pending of [...this.#pending.values()]) this.#settle(pending)?.reject(error);
  }

  #begin<Name extends OperationName>(
    name: Name,
    input: Input<Name>,
    outlet: Outlet | null,
    bound: boolean,
    { timeoutMs = defaultTimeoutMs }: RequestOptions,
  ): Promise<Output<Name>> {
    return new Promise((resolve, reject) => {
      this.#lastId += 1;
      const pending: Pending = {
        id: this.#lastId,
        name,
        input: repeats[name] === 'key' ? { idempotencyKey: this.#newKey(), ...input } : input,
        deadlineMs: this.#clock.now() + timeoutMs,
        bound,
        outlet: null,
        resolve,
        reject,
      };
      this.#pending.set(pending.id, pending);
      if (outlet !== null) this.#send(pending, outlet);
      this.#sweepSoon.within(sweepEveryMs);
    });
  }

  #send(pending: Pending, outlet: Outlet): void {
    pending.outlet = outlet;
    outlet.send({ id: pending.id, type: pending.name, data: pending.input });
  }

  #settle(pending: Pending): Pending | null {
    return this.#pending.delete(pending.id) ? pending : null;
  }

  // One timer for all time-outs: messages by the thousand must not mean timers by the thousand.
  #sweep(): void {
    const nowMs = this.#clock.now();
    for (const pending of this.#pending.values()) {
      if (pending.deadlineMs > nowMs) continue;
      const where = pending.outlet === null ? 'without a connection' : 'without a reply';
      this.#settle(pending)?.reject(
        new NovaClientError('timeout', `${pending.name} was given up ${where}`),
      );
    }
    if (this.#pending.size > 0) this.#sweepSoon.within(sweepEveryMs);
  }
}

/** Unknown operations may do something twice. */
const mayRepeat = (name: string): boolean => name in repeats;
