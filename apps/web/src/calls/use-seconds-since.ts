import { useEffect, useReducer } from 'preact/hooks';

/** Whole seconds since a moment (ISO 8601), counting; 0 while there is none. */
export function useSecondsSince(iso: string | null): number {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (iso === null) return;
    const timer = setInterval(() => draw(undefined), 500);
    return () => clearInterval(timer);
  }, [iso]);
  return iso === null ? 0 : Math.max(0, Math.floor((Date.now() - Date.parse(iso)) / 1_000));
}
