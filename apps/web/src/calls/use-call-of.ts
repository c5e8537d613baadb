import type { CallsView, Observable } from '@nova/client';
import { useSession } from '../session/session.ts';
import { useSnapshot } from '../ui/use-snapshot.ts';
import { type CallOf, callOf } from './call-of.ts';

const noCalls: CallsView = { incoming: [], current: null, joinable: [] };
/** Until the code of calls is there. */
const notLoaded: Observable<CallsView> = {
  subscribe: () => () => {},
  getSnapshot: () => noCalls,
};

/** The live call of a conversation; null while it has none. */
export function useCallOf(conversationId: string): CallOf | null {
  const loaded = useSession().calls.value;
  return callOf(useSnapshot(loaded?.calls ?? notLoaded), conversationId);
}
