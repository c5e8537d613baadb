import { askStarter } from './starter.ts';
import { starterVariable } from './starter-variable.ts';

/**
 * Brokers for scenes that only produce and consume: those of KAFKA_BROKERS where it is set, else
 * one that the whole run shares. Topics must have names of the test's own.
 */
export async function sharedKafka(): Promise<string> {
  const given = process.env.KAFKA_BROKERS;
  if (given !== undefined && given !== '') return given;
  const brokers = await askStarter(starterVariable);
  if (brokers === undefined) throw new Error(`${starterVariable} is unset: no run-setup was made`);
  return brokers;
}
