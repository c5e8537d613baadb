/** What can be chosen for calls, in the order in which it is offered. */
export const deviceKinds: readonly (readonly [MediaDeviceKind, string])[] = [
  ['videoinput', 'Camera'],
  ['audioinput', 'Microphone'],
  ['audiooutput', 'Speaker'],
];

/** Those of a kind that there is a choice of; the speaker only where a page may choose it. */
export function offeredDevices(
  devices: readonly MediaDeviceInfo[],
  kind: MediaDeviceKind,
): readonly MediaDeviceInfo[] {
  if (kind === 'audiooutput' && !('setSinkId' in HTMLMediaElement.prototype)) return [];
  return devices.filter((device) => device.kind === kind);
}

/** The device that a stream uses, as far as it can tell. */
export function deviceInUse(kind: MediaDeviceKind, stream: MediaStream | null): string | undefined {
  if (stream === null || kind === 'audiooutput') return undefined;
  const tracks = kind === 'videoinput' ? stream.getVideoTracks() : stream.getAudioTracks();
  return tracks[0]?.getSettings().deviceId;
}
