import { useEffect } from 'preact/hooks';
import { useSession } from '../session/session.ts';
import { loadCalls } from './load-calls.ts';

/** What rings and what is going on, above everything else; nothing until calls are loaded. */
export function CallLayer() {
  const { nova, calls } = useSession();
  useEffect(
    () =>
      loadCalls(nova, (loaded) => {
        calls.value = loaded;
      }),
    [nova, calls],
  );
  if (calls.value === null) return null;
  const { IncomingCalls, CallStage } = calls.value.parts;
  return (
    <>
      <IncomingCalls />
      <CallStage />
    </>
  );
}
