import { useCallback } from 'preact/hooks';
import { useSession } from '../session/session.ts';
import { useSnapshot } from '../ui/use-snapshot.ts';
import { unknownName } from './directory.ts';

export type NameOf = (userId: string) => string;

/** Tells people's names; another function once another name is known. */
export function useNames(): NameOf {
  const names = useSnapshot(useSession().directory);
  return useCallback((userId) => names.get(userId) ?? unknownName(userId), [names]);
}
