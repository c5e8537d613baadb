/** Shorter names are too close to unrelated ones for a guess to be worth reading. */
const shortestGuess = 7;
const farthestGuess = 2;

/** Known keys that unknown ones of the environment look like: probably slips of the keyboard. */
export function nearMisses(
  present: readonly string[],
  known: readonly string[],
): readonly { readonly found: string; readonly meant: string }[] {
  const knownSet = new Set(known);
  return present
    .filter((name) => !knownSet.has(name) && name.length >= shortestGuess)
    .flatMap((found) => {
      const meant = closest(found, known);
      return meant === undefined ? [] : [{ found, meant }];
    });
}

function closest(found: string, known: readonly string[]): string | undefined {
  const candidates = known
    .filter((name) => name.length >= shortestGuess)
    .map((name) => ({ name, distance: distance(found.toUpperCase(), name) }))
    .filter((candidate) => candidate.distance <= farthestGuess)
    .sort((one, other) => one.distance - other.distance);
  return candidates[0]?.name;
}

/** Levenshtein's distance, row by row. */
function distance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > farthestGuess) return farthestGuess + 1;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
