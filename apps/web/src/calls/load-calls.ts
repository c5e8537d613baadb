import type { Calls, NovaClient } from '@nova/client';

type Parts = typeof import('./parts.ts');

/** Calls on this device, and what shows them: a chunk of its own that nobody waits for. */
export interface LoadedCalls {
  readonly calls: Calls;
  readonly parts: Omit<Parts, 'createCalls' | 'returnToCall'>;
}

/**
 * Loads calls with the first connection, and tries again with the next one where that fails. The
 * returned function ends both.
 */
export function loadCalls(nova: NovaClient, onLoaded: (loaded: LoadedCalls) => void): () => void {
  let underWay = false;
  let stopped = false;
  let calls: Calls | null = null;
  let stopReturning = (): void => {};
  const load = async (): Promise<void> => {
    const {
      createCalls,
      returnToCall,
      CallButtons,
      CallStage,
      DeviceSettings,
      IncomingCalls,
      JoinButton,
    } = await import('./parts.ts');
    const parts = { CallButtons, CallStage, DeviceSettings, IncomingCalls, JoinButton };
    if (stopped) return;
    calls = createCalls(nova);
    stopReturning = returnToCall(calls);
    onLoaded({ calls, parts });
  };
  const look = (): void => {
    if (underWay || !nova.connection.getSnapshot().online) return;
    underWay = true;
    load().catch(() => {
      underWay = false;
    });
  };
  const stop = nova.connection.subscribe(look);
  look();
  return () => {
    stopped = true;
    stop();
    stopReturning();
    calls?.close();
  };
}
