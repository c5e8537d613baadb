import { type Calls, NovaClientError } from '@nova/client';
import { readJson } from '../session/identity.ts';
import { show, wordsOf } from '../shell/notice.ts';
import { explained } from './call-words.ts';
import { chosenMedia } from './devices.ts';

/** The call that a page was in when it went. */
interface LeftCall {
  readonly callId: string;
  readonly media: { readonly microphone: boolean; readonly camera: boolean };
  readonly atMs: number;
}

const storageKey = 'nova.call';
/** The service keeps a place for so long. Later, no page turns on a camera by itself. */
const graceMs = 30_000;

/**
 * A page that is loaded again in mid-call goes back into the call as it was: muted stays muted. The
 * returned function ends that.
 */
export function returnToCall(calls: Calls): () => void {
  const remember = (): void => {
    const view = calls.getSnapshot().current?.getSnapshot();
    if (view === undefined || view.phase === 'ended') return;
    const { microphone, camera } = view.self.media;
    const left: LeftCall = {
      callId: view.call.id,
      media: { microphone, camera },
      atMs: Date.now(),
    };
    sessionStorage.setItem(storageKey, JSON.stringify(left));
  };
  addEventListener('pagehide', remember);
  const left = readJson<LeftCall>(sessionStorage, storageKey);
  sessionStorage.removeItem(storageKey);
  const stop = left === null ? () => {} : comeBack(calls, left);
  return () => {
    removeEventListener('pagehide', remember);
    stop();
  };
}

function comeBack(calls: Calls, { callId, media, atMs }: LeftCall): () => void {
  let joining = false;
  const join = async (): Promise<void> => {
    joining = true;
    try {
      await explained(calls.join(callId, await chosenMedia(media)));
      stop();
    } catch (error) {
      joining = false;
      // The service has not missed the page before this one yet: the call will change when it does.
      const { cause } = error as Error;
      if (cause instanceof NovaClientError && cause.code === 'answeredElsewhere') return;
      stop();
      show(wordsOf(error));
    }
  };
  const look = (): void => {
    if (Date.now() - atMs > graceMs) stop();
    else if (!joining && calls.getSnapshot().joinable.some(({ id }) => id === callId)) {
      void join();
    }
  };
  const stop = calls.subscribe(look);
  look();
  return stop;
}
