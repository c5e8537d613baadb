/** Runs what it is given, so many at once; the others wait in their order. */
export type Turns = <Result>(run: () => Promise<Result>) => Promise<Result>;

export function createTurns(atOnce: number): Turns {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (run) => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await run();
    } finally {
      // Whoever waits takes this turn over.
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
