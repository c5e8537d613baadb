import { type MediaChoice, NovaClientError } from '@nova/client';

/** Both where both are there, else the one that is. Throws `mediaDenied`. */
export async function openAny({
  microphone = true,
  camera = true,
}: MediaChoice): Promise<MediaStream> {
  const { mediaDevices } = navigator;
  if (mediaDevices === undefined) throw new NovaClientError('mediaDenied', 'calls need https');
  const audio = { audio: microphone };
  const video = { video: camera };
  let cause: unknown;
  for (const wanted of [{ ...audio, ...video }, audio, video]) {
    try {
      return await mediaDevices.getUserMedia(wanted);
    } catch (error) {
      cause = error;
      // What was refused would only be asked for again.
      if (error instanceof DOMException && error.name === 'NotAllowedError') break;
    }
  }
  throw new NovaClientError('mediaDenied', 'no camera and no microphone', { cause });
}
