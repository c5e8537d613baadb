import { useEffect, useReducer } from 'preact/hooks';

/** Whole seconds until a moment (milliseconds since 1970), counting down; 0 when there is none. */
export function useSecondsUntil(atMs: number | null): number {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (atMs === null) return;
    const timer = setInterval(() => draw(undefined), 250);
    return () => clearInterval(timer);
  }, [atMs]);
  return atMs === null ? 0 : Math.max(0, Math.ceil((atMs - Date.now()) / 1_000));
}
