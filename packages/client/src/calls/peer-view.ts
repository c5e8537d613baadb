import type { Call, MediaState } from '@nova/protocol';
import type { PeerView } from './calls-api.ts';
import type { Peer } from './peer.ts';

type Leg = Call['participants'][number]['legs'][number];

export const noMedia: MediaState = {
  microphone: false,
  camera: false,
  screen: false,
  hold: false,
};

/** Another device of the call, as its connection and the service's word of it say. */
export function peerViewOf(peer: Peer, legs: readonly Leg[]): PeerView {
  const { userId, legId, stream, screen, state, quality } = peer;
  const media = legs.find(({ id }) => id === legId)?.media ?? noMedia;
  const shown = media.screen ? screen : null;
  return { userId, legId, stream, screen: shown, media, connection: state, quality };
}
