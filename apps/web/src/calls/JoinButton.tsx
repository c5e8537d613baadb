import type { Call } from '@nova/protocol';
import { attempt } from '../shell/notice.ts';
import { conversationAddress, goTo } from '../shell/route.ts';
import { Icon } from '../ui/Icon.tsx';
import { explained } from './call-words.ts';
import { chosenMedia } from './devices.ts';
import { useCalls } from './use-calls.ts';

interface JoinButtonProps {
  readonly call: Call;
  readonly class: string;
  /** Begins with what is written on it. */
  readonly label: string;
  readonly words: string;
}

/** Into a call that others are in, and to its conversation. */
export function JoinButton({ call, class: look, label, words }: JoinButtonProps) {
  const [calls] = useCalls();
  const join = async ({ id, kind, conversationId }: Call): Promise<void> => {
    goTo(conversationAddress(conversationId));
    await explained(calls.join(id, await chosenMedia({ camera: kind === 'video' })));
  };
  return (
    <button
      type="button"
      class={`button ${look}`}
      aria-label={label}
      onClick={() => attempt(join(call))}
    >
      <Icon name={call.kind === 'video' ? 'video' : 'phone'} />
      {words}
    </button>
  );
}
