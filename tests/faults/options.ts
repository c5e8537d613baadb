import { parseArgs } from 'node:util';

export interface FaultOptions {
  readonly seed: number;
  readonly clients: number;
  readonly serviceKills: number;
  readonly databaseKills: number;
  /** For how long the clients write; the faults are spread over it. */
  readonly seconds: number;
  /** Messages that one client has under way at once. */
  readonly window: number;
}

export const usage = `npm run faults -- [options]

  --seed <n>             repeats a run's schedule and choices
  --clients <n>          200 when absent
  --service-kills <n>    30 when absent
  --database-kills <n>   10 when absent
  --seconds <n>          for how long clients write; five for each fault when absent
  --window <n>           messages one client has under way at once; 2 when absent
  --json                 one JSON object instead of lines`;

export function readOptions(args: readonly string[]): FaultOptions & { readonly json: boolean } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
      clients: { type: 'string', default: '200' },
      'service-kills': { type: 'string', default: '30' },
      'database-kills': { type: 'string', default: '10' },
      seconds: { type: 'string' },
      window: { type: 'string', default: '2' },
      json: { type: 'boolean', default: false },
    },
  });
  const serviceKills = whole('--service-kills', values['service-kills'], 0);
  const databaseKills = whole('--database-kills', values['database-kills'], 0);
  const faults = serviceKills + databaseKills;
  return {
    seed: whole('--seed', values.seed, 0),
    clients: whole('--clients', values.clients, 2),
    serviceKills,
    databaseKills,
    seconds: whole('--seconds', values.seconds ?? String(Math.max(10, faults * 5)), 1),
    window: whole('--window', values.window, 1),
    json: values.json,
  };
}

function whole(name: string, text: string, least: number): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < least) {
    throw new Error(`${name}: expected an integer from ${least} on, not ${text}`);
  }
  return number;
}
