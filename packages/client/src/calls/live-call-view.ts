/** What an application sees of a call, from what the service and the connections say. */
import type { Call, MediaState } from '@nova/protocol';
import type { CallPhase, PeerView } from './calls-api.ts';
import type { Peer } from './peer.ts';

type Leg = Call['participants'][number]['legs'][number];

export const noMedia: MediaState = {
  microphone: false,
  camera: false,
  screen: false,
  hold: false,
};

export const sameMedia = (one: MediaState, other: MediaState): boolean =>
  (Object.keys(one) as (keyof MediaState)[]).every((key) => one[key] === other[key]);

export const legsOf = ({ participants }: Call): readonly Leg[] =>
  participants.flatMap(({ legs }) => legs);

/** Where a call that is not over stands for the device of a leg. */
export function phaseOf(
  call: Call,
  legId: string,
  peers: readonly Pick<Peer, 'state'>[],
): Exclude<CallPhase, 'ended'> {
  if (call.state === 'ringing') return 'ringing';
  // Where the others have left there is nothing to connect to.
  const alone = legsOf(call).every(({ id }) => id === legId);
  if (alone || peers.some(({ state }) => state === 'connected')) return 'active';
  return peers.some(({ state }) => state === 'reconnecting') ? 'reconnecting' : 'connecting';
}

/** Whether media flows, as the service is told it: a leg that says nothing is given up. */
export function flowOf(peers: readonly Pick<Peer, 'state'>[]): 'connected' | 'reconnecting' | null {
  if (peers.some(({ state }) => state === 'connected')) return 'connected';
  return peers.some(({ state }) => state === 'reconnecting') ? 'reconnecting' : null;
}

/** Another device of the call, as its connection and the service's word of it say. */
export function peerViewOf(peer: Peer, legs: readonly Leg[]): PeerView {
  const { userId, legId, stream, screen, state, quality } = peer;
  const media = legs.find(({ id }) => id === legId)?.media ?? noMedia;
  const shown = media.screen ? screen : null;
  return { userId, legId, stream, screen: shown, media, connection: state, quality };
}
