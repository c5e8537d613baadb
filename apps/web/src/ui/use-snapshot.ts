import type { Observable } from '@nova/client';
import { useEffect, useReducer } from 'preact/hooks';

/** What an observable of the SDK is now; the component is drawn again when it changes. */
export function useSnapshot<Snapshot>(observable: Observable<Snapshot>): Snapshot {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const snapshot = observable.getSnapshot();
  useEffect(() => {
    // It may have changed between being drawn and being watched.
    if (observable.getSnapshot() !== snapshot) draw(undefined);
    return observable.subscribe(() => draw(undefined));
  }, [observable]);
  return snapshot;
}
