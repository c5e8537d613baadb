import { useEffect, useState } from 'preact/hooks';
import { explained } from './call-words.ts';
import { chosenDevices, chosenMedia } from './devices.ts';
import { openAny } from './open-any.ts';

interface Preview {
  /** Null until the browser gave something. */
  readonly stream: MediaStream | null;
  readonly problem: string | null;
}

/** Camera and microphone as the next call would use them, until the component goes. */
export function usePreview(): Preview {
  const [preview, setPreview] = useState<Preview>({ stream: null, problem: null });
  const { videoinput, audioinput } = chosenDevices.value;
  useEffect(() => {
    let gone = false;
    let opened: MediaStream | null = null;
    const stop = (): void => {
      for (const track of opened?.getTracks() ?? []) track.stop();
    };
    const open = async (): Promise<void> => {
      opened = await openAny(await chosenMedia({ camera: true }));
      if (gone) stop();
      else setPreview({ stream: opened, problem: null });
    };
    explained(open()).catch((error: Error) => {
      if (!gone) setPreview({ stream: null, problem: error.message });
    });
    return () => {
      gone = true;
      stop();
    };
  }, [videoinput, audioinput]);
  return preview;
}
