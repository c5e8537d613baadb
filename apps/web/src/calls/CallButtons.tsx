import type { ConversationView } from '@nova/client';
import type { Call, CallKind } from '@nova/protocol';
import { attempt } from '../shell/notice.ts';
import { Icon } from '../ui/Icon.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { explained } from './call-words.ts';
import { chosenMedia } from './devices.ts';
import { useCalls } from './use-calls.ts';

/** Ways into a call from the head of its conversation. */
export function CallButtons({ view }: { readonly view: ConversationView }) {
  const [calls, { current, joinable }] = useCalls();
  if (view.memberCount < 2) return null;
  const busy = current !== null && current.getSnapshot().phase !== 'ended';
  const live = joinable.find(({ conversationId }) => conversationId === view.id);
  const start = async (kind: CallKind): Promise<void> => {
    const media = await chosenMedia({ camera: kind === 'video' });
    await explained(calls.start(view.id, { kind, ...media }));
  };
  const join = async ({ id, kind }: Call): Promise<void> => {
    await explained(calls.join(id, await chosenMedia({ camera: kind === 'video' })));
  };
  if (live !== undefined && !busy) {
    return (
      <button type="button" class="button join" onClick={() => attempt(join(live))}>
        <Icon name="video" />
        Join call
      </button>
    );
  }
  return (
    <>
      <IconButton
        icon="phone"
        label="Audio call"
        disabled={busy}
        onClick={() => attempt(start('audio'))}
      />
      <IconButton
        icon="video"
        label="Video call"
        disabled={busy}
        onClick={() => attempt(start('video'))}
      />
    </>
  );
}
