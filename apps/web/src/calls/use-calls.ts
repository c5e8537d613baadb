import type { Calls, CallsView } from '@nova/client';
import { useSession } from '../session/session.ts';
import { useSnapshot } from '../ui/use-snapshot.ts';

/** The calls of this device. Only for what is loaded together with them. */
export function useCalls(): readonly [Calls, CallsView] {
  const loaded = useSession().calls.value;
  if (loaded === null) throw new Error('the code of calls has not been loaded');
  return [loaded.calls, useSnapshot(loaded.calls)];
}
