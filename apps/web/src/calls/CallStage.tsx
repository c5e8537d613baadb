import type { LiveCall } from '@nova/client';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { titleOf } from '../inbox/title-of.ts';
import { useNames } from '../people/use-names.ts';
import { useSession } from '../session/session.ts';
import { conversationAddress, goTo } from '../shell/route.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { useSnapshot } from '../ui/use-snapshot.ts';
import { CallControls } from './CallControls.tsx';
import { CallGrid } from './CallGrid.tsx';
import { phaseWords } from './call-words.ts';
import { covering } from './covering.ts';
import { useCalls } from './use-calls.ts';
import { useSecondsSince } from './use-seconds-since.ts';

/** How long the last words of a call stay. */
const farewellMs = 2_500;

/** The call this device is in, over everything else or, made small, in a corner. */
export function CallStage() {
  const [, { current }] = useCalls();
  const [seenOff, setSeenOff] = useState<LiveCall | null>(null);
  if (current === null || current === seenOff) return null;
  return <Stage key={current.id} call={current} onDone={() => setSeenOff(current)} />;
}

interface StageProps {
  readonly call: LiveCall;
  readonly onDone: () => void;
}

function Stage({ call, onDone }: StageProps) {
  const { nova, userId } = useSession();
  const nameOf = useNames();
  const view = useSnapshot(call);
  const [small, setSmall] = useState(false);
  const { phase, peers, self, expiresAt } = view;
  const seconds = useSecondsSince(view.call.startedAt ?? null);
  const ended = phase === 'ended';
  const place = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    covering.value = !small;
    if (!small) place.current?.focus();
    return () => {
      covering.value = false;
    };
  }, [small]);
  useEffect(() => {
    if (!ended) return;
    const timer = setTimeout(onDone, farewellMs);
    return () => clearTimeout(timer);
  }, [ended]);
  const summary = nova.conversations.getSnapshot().find(({ id }) => id === call.conversationId);
  const title = summary === undefined ? 'Call' : titleOf(summary, userId, nameOf);
  const words = phaseWords(view, seconds);
  return (
    <section
      ref={place}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !ended) setSmall(true);
      }}
      class={`stage ${small ? 'stage-small' : ''} ${ended ? 'stage-ended' : ''}`}
      aria-label={`Call: ${title}`}
    >
      <header class="stage-header">
        <p class="stage-title">{title}</p>
        {/* The seconds that pass are no news; that a call rings, connects or ends is. */}
        <p class="stage-state" role={phase === 'active' ? undefined : 'status'}>
          {words}
        </p>
        {!ended && (
          <IconButton
            icon={small ? 'grow' : 'shrink'}
            label={small ? 'Show the call' : 'Back to the chat'}
            onClick={() => {
              if (!small) goTo(conversationAddress(call.conversationId));
              setSmall(!small);
            }}
          />
        )}
        {ended && <IconButton icon="close" label="Close" onClick={onDone} />}
      </header>
      {expiresAt !== null && !ended && (
        <p class="stage-warning" role="alert">
          This call has reached its longest duration and ends soon.
        </p>
      )}
      <CallGrid
        conversationId={call.conversationId}
        phase={phase}
        kind={view.call.kind}
        peers={peers}
        self={self}
      />
      {!ended && (
        <CallControls
          call={call}
          self={self}
          mayEndForAll={view.call.createdBy === userId && peers.length > 1}
        />
      )}
    </section>
  );
}
