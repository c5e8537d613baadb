import { nowMicros } from '../clock.ts';
import type { Crew } from '../crew.ts';
import type { Member } from '../member.ts';
import { waitUntil } from '../wait-until.ts';
import { CallTrial, type Templates, templatesFor } from './call-trial.ts';
import { Timetable } from './timetable.ts';

const overWithinMs = 15_000;

/** Lets neighbours call each other, in turn, each pair in one call at a time. */
export class CallLoop {
  readonly #crew: Crew;
  readonly #templates: Templates;
  readonly #pairs: readonly (readonly [Member, Member])[];
  /** The call that somebody is in, or was in last. */
  readonly #trials = new Map<Member, CallTrial>();
  readonly #open = new Set<CallTrial>();
  #timetable: Timetable | undefined;
  #begun = 0;
  #running = true;

  constructor(crew: Crew) {
    this.#crew = crew;
    this.#templates = templatesFor(crew);
    this.#pairs = crew.members.flatMap((member, index, all) => {
      const other = all[index + 1];
      return index % 2 === 0 && other !== undefined ? [[member, other] as const] : [];
    });
    crew.onCall = (member, bytes, start, end, signal) => {
      const trial = this.#trials.get(member);
      if (signal) trial?.takeSignal(member, bytes, start, end);
      else trial?.takeEvent(member, bytes, start, end);
    };
  }

  get pairs(): number {
    return this.#pairs.length;
  }

  /** Begins another call as soon as one is over. */
  keep(window: number): void {
    for (let count = 0; count < window; count++) this.#begin(nowMicros(), true);
  }

  /** Begins calls at fixed times, and says in each what is due, whatever becomes of the rest. */
  pace(ratePerSecond: number): void {
    const timetable = new Timetable(this.#crew.meters);
    this.#timetable = timetable;
    const later = (begun: number): void => {
      const micros = timetable.startedAtMicros + (begun * 1_000_000) / ratePerSecond;
      timetable.at(micros, (dueMicros) => {
        if (!this.#running) return;
        this.#begin(dueMicros, false);
        later(begun + 1);
      });
    };
    later(0);
  }

  /** Lets the calls under way come to their end; those that do not are counted as lost. */
  async close(): Promise<void> {
    this.#running = false;
    await waitUntil(() => this.#open.size === 0, overWithinMs);
    await this.#timetable?.close();
    for (const trial of this.#open) this.#crew.meters.lost += trial.missing;
  }

  #begin(dueMicros: number, another: boolean): void {
    const turn = Math.floor(this.#begun / this.#pairs.length);
    const pair = this.#pairs[this.#begun % this.#pairs.length];
    this.#begun += 1;
    if (pair === undefined) throw new Error('nobody to call');
    const [one, other] = pair;
    // Who was called calls the next time: each user may begin only so many calls.
    const ends = turn % 2 === 0 ? ([one, other] as const) : ([other, one] as const);
    const plan = { ends, dueMicros, timetable: this.#timetable };
    const trial = new CallTrial(this.#crew, this.#templates, plan, (held) => {
      this.#open.delete(trial);
      if (held) {
        this.#crew.meters.acknowledged += 1;
        if (one.conversation !== undefined) one.conversation.accepted += 1;
      }
      if (this.#running && another) setImmediate(() => this.#begin(nowMicros(), true));
    });
    for (const member of ends) this.#trials.set(member, trial);
    this.#open.add(trial);
    trial.start();
  }
}
