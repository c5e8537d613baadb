import type { CallPhase, LiveCallView } from '@nova/client';
import type { CallKind } from '@nova/protocol';
import { peerOf } from '../inbox/title-of.ts';
import { useNames } from '../people/use-names.ts';
import { useSession } from '../session/session.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { Tile } from './Tile.tsx';

interface CallGridProps {
  readonly conversationId: string;
  readonly phase: CallPhase;
  readonly kind: CallKind;
  readonly peers: LiveCallView['peers'];
  readonly self: LiveCallView['self'];
}

/** Everybody in the call. With one other, one's own picture is small and in a corner. */
export function CallGrid({ conversationId, phase, peers, self }: CallGridProps) {
  const { userId } = useSession();
  const nameOf = useNames();
  if (peers.length === 0)
    return <Nobody conversationId={conversationId} phase={phase} self={self} />;
  const screens = [
    ...peers.filter(({ media }) => media.screen),
    ...(self.media.screen ? [self] : []),
  ].filter(({ screen }) => screen !== null);
  const people = peers.length + 1;
  const layout = screens.length > 0 ? 'grid-screen' : people === 2 ? 'grid-pair' : `grid-${people}`;
  return (
    <div class={`grid ${layout}`}>
      {screens.map(({ legId, screen }) => (
        <Tile
          key={`${legId} screen`}
          stream={screen}
          id={legId}
          name={legId === self.legId ? 'Your screen' : 'Shared screen'}
          camera
          microphone
          muted
          whole
        />
      ))}
      {peers.map((peer) => (
        <Tile
          key={peer.legId}
          stream={peer.stream}
          id={peer.userId}
          name={nameOf(peer.userId)}
          camera={peer.media.camera}
          microphone={peer.media.microphone}
          hold={peer.media.hold}
          state={peer.connection}
          quality={peer.quality?.level ?? null}
        />
      ))}
      <SelfTile self={self} userId={userId} />
    </div>
  );
}

interface SelfTileProps {
  readonly self: LiveCallView['self'];
  readonly userId: string;
}

function SelfTile({ self, userId }: SelfTileProps) {
  const nameOf = useNames();
  return (
    <Tile
      stream={self.stream}
      id={userId}
      name={nameOf(userId)}
      shownName="You"
      camera={self.media.camera}
      microphone={self.media.microphone}
      muted
      mirrored
    />
  );
}

type NobodyProps = Pick<CallGridProps, 'conversationId' | 'phase' | 'self'>;

/** Before somebody answers, and after everybody left. */
function Nobody({ conversationId, phase, self }: NobodyProps) {
  const { nova, userId } = useSession();
  const nameOf = useNames();
  const summary = nova.conversations.getSnapshot().find(({ id }) => id === conversationId);
  const peer = summary === undefined ? null : peerOf({ ...summary, viewerId: userId });
  return (
    <div class="grid grid-pair">
      <div class={`nobody ${phase === 'ringing' ? 'nobody-ringing' : ''}`}>
        <Avatar
          id={peer ?? conversationId}
          name={peer === null ? (summary?.title ?? '') : nameOf(peer)}
          kind={peer === null ? 'group' : 'person'}
          size="huge"
        />
        {phase === 'active' && <p>Nobody else is here.</p>}
      </div>
      {phase !== 'ended' && <SelfTile self={self} userId={userId} />}
    </div>
  );
}
