import type { Clock } from '../clock.ts';
import type { Input } from '../requests/requests.ts';

type Signal = Input<'call.signal'>;
export type Content = Pick<Signal, 'description' | 'candidates'>;
type Candidate = NonNullable<Signal['candidates']>[number];

export interface SignalSenderOptions {
  readonly clock: Clock;
  /** Hands one signal to the service; resolves once it was taken. */
  readonly send: (content: Content & { readonly number: number }) => Promise<unknown>;
}

/** Candidates found within so long leave together. */
const gatherMs = 50;
const batchMax = 64;

/** The signals to one leg, numbered in the order in which they were made. */
export class SignalSender {
  readonly #options: SignalSenderOptions;
  #number = 0;
  #candidates: Candidate[] = [];
  #cancel: (() => void) | null = null;
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
    this.#candidates = [];
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
    // What does not go through leaves a gap: the other side asks for it and restarts.
    this.#options.send({ ...content, number: this.#number }).catch(() => {});
  }
}
