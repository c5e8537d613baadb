import { Fleet, type FleetOptions } from '../generator/fleet.ts';
import type { Subject } from '../subjects/subject.ts';

const shownLogCharacters = 2_000;

/** Runs `work` with a started subject and its generator, and ends both whatever happens. */
export async function withLoad<Result>(
  start: () => Promise<Subject>,
  fleetOptions: FleetOptions,
  work: (subject: Subject, fleet: Fleet) => Promise<Result>,
): Promise<Result> {
  const subject = await start();
  const fleet = new Fleet(subject, fleetOptions);
  try {
    return await work(subject, fleet);
  } catch (error) {
    const log = subject.child.log.slice(-shownLogCharacters);
    throw new Error(`${String(error)}\nlast lines of ${subject.name}:\n${log}`, { cause: error });
  } finally {
    await fleet.close();
    await subject.close();
  }
}
