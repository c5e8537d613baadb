import { limits } from '@nova/protocol/wire';
import type { Clock } from '../clock.ts';
import type { Input } from '../requests/requests.ts';
import { retryDelayMs } from './retry-delay.ts';

type Signal = Input<'call.signal'>;
export type Content = Pick<Signal, 'description' | 'candidates'>;
type Candidate = NonNullable<Signal['candidates']>[number];

type Numbered = Content & { readonly number: number };

export interface SignalSenderOptions {
  readonly clock: Clock;
  /** Hands one signal to the service; resolves once it was taken. */
  readonly send: (content: Numbered) => Promise<unknown>;
}

/** Candidates found within so long leave together. */
const gatherMs = 50;
const batchMax = 64;

/**
 * The signals to one leg, numbered in the order in which they were made. What the service could not
 * take is sent again, before what came later: by its number it knows what it has.
 */
export class SignalSender {
  readonly #options: SignalSenderOptions;
  #number = 0;
  #candidates: Candidate[] = [];
  #cancel: (() => void) | null = null;
  /** Not taken, or made while something before was not. */
  #waiting: Numbered[] = [];
  #cancelAgain: (() => void) | null = null;
  #attempt = 0;
  #closed = false;

  constructor(options: SignalSenderOptions) {
    this.#options = options;
  }

  description(description: NonNullable<Signal['description']>): void {
    // Candidates of a description belong behind it, those before it belong to an earlier one.
    this.#flush();
    this.#send({ description });
  }

  candidate(candidate: Candidate): void {
    if (this.#closed) return;
    this.#candidates.push(candidate);
    const last = candidate.candidate === '';
    if (last || this.#candidates.length === batchMax) this.#flush();
    else this.#cancel ??= this.#options.clock.after(gatherMs, () => this.#flush());
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
    this.#cancelAgain?.();
    this.#candidates = [];
    this.#waiting = [];
  }

  #flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    const candidates = this.#candidates;
    this.#candidates = [];
    if (candidates.length > 0) this.#send({ candidates });
  }

  #send(content: Content): void {
    if (this.#closed) return;
    this.#number += 1;
    const signal = { ...content, number: this.#number };
    if (this.#cancelAgain === null) this.#hand(signal);
    else this.#keep(signal);
  }

  #hand(signal: Numbered): void {
    this.#options.send(signal).then(
      () => {
        this.#attempt = 0;
      },
      (error: unknown) => this.#failed(signal, error),
    );
  }

  #failed(signal: Numbered, error: unknown): void {
    const { clock } = this.#options;
    const delayMs = retryDelayMs(error, this.#attempt, clock);
    // What is refused leaves a gap: the other side asks for it and restarts.
    if (delayMs === undefined || this.#closed) return;
    this.#keep(signal);
    if (this.#cancelAgain !== null) return;
    this.#attempt += 1;
    this.#cancelAgain = clock.after(delayMs, () => {
      this.#cancelAgain = null;
      const waiting = this.#waiting.sort((one, other) => one.number - other.number);
      this.#waiting = [];
      for (const signal of waiting) this.#hand(signal);
    });
  }

  /** Past the bound it is left out, which is a gap as well. */
  #keep(signal: Numbered): void {
    if (this.#waiting.length < limits.signalsKept) this.#waiting.push(signal);
  }
}
