import type { ConversationView } from '@nova/client';
import type { CallKind } from '@nova/protocol';
import { attempt } from '../shell/notice.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { callOf } from './call-of.ts';
import { explained } from './call-words.ts';
import { chosenMedia } from './devices.ts';
import { JoinButton } from './JoinButton.tsx';
import { useCalls } from './use-calls.ts';

/** Ways into a call from the head of its conversation. */
export function CallButtons({ view }: { readonly view: ConversationView }) {
  const [calls, shown] = useCalls();
  if (view.memberCount < 2) return null;
  const busy = shown.current !== null && shown.current.getSnapshot().phase !== 'ended';
  const live = callOf(shown, view.id);
  const start = async (kind: CallKind): Promise<void> => {
    const media = await chosenMedia({ camera: kind === 'video' });
    await explained(calls.start(view.id, { kind, ...media }));
  };
  if (live?.state === 'joinable' && !live.busy) {
    return <JoinButton call={live.call} class="join" label="Join call" words="Join call" />;
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
