import type { IncomingCall } from '@nova/client';
import { useEffect } from 'preact/hooks';
import { titleOf } from '../inbox/title-of.ts';
import { useNames } from '../people/use-names.ts';
import { useSession } from '../session/session.ts';
import { announce } from '../shell/announcer.ts';
import { attempt } from '../shell/notice.ts';
import { conversationAddress, goTo } from '../shell/route.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { Icon } from '../ui/Icon.tsx';
import { explained } from './call-words.ts';
import { chosenMedia } from './devices.ts';
import { startRinging } from './ring-tone.ts';
import { useCalls } from './use-calls.ts';

/** What rings on this device, above everything else and without taking the focus away. */
export function IncomingCalls() {
  const [, { incoming }] = useCalls();
  const rings = incoming.length > 0;
  useEffect(() => (rings ? startRinging() : undefined), [rings]);
  return (
    <div class="ringing-place">
      {incoming.map((call) => (
        <Ringing key={call.id} incoming={call} />
      ))}
    </div>
  );
}

function Ringing({ incoming }: { readonly incoming: IncomingCall }) {
  const { nova, userId } = useSession();
  const nameOf = useNames();
  const { conversationId, kind, from } = incoming;
  const caller = nameOf(from);
  const summary = nova.conversations.getSnapshot().find(({ id }) => id === conversationId);
  const group = summary?.kind === 'group' ? ` in ${titleOf(summary, userId, nameOf)}` : '';
  const words = `${kind === 'video' ? 'Video call' : 'Audio call'}${group}`;
  useEffect(() => announce(`${words} from ${caller}`), [words, caller]);
  const accept = async (camera: boolean): Promise<void> => {
    goTo(conversationAddress(conversationId));
    await explained(incoming.accept(await chosenMedia({ camera })));
  };
  return (
    <section class="ringing" aria-label={`Incoming call from ${caller}`}>
      <Avatar id={from} name={caller} size="large" />
      <div class="ringing-words">
        <p class="ringing-name">{caller}</p>
        <p class="ringing-kind">{words}</p>
      </div>
      <div class="ringing-buttons">
        <button type="button" class="button hang-up" onClick={() => attempt(incoming.decline())}>
          <Icon name="hangUp" />
          Decline
        </button>
        {kind === 'video' && (
          <button type="button" class="button button-quiet" onClick={() => attempt(accept(false))}>
            <Icon name="phone" />
            Without camera
          </button>
        )}
        <button
          type="button"
          class="button accept"
          onClick={() => attempt(accept(kind === 'video'))}
        >
          <Icon name={kind === 'video' ? 'video' : 'phone'} />
          Accept
        </button>
      </div>
    </section>
  );
}
