import { signsInByName } from '../session/development-token.ts';
import { useSession } from '../session/session.ts';
import mark from '../ui/nova.svg';
import { useSnapshot } from '../ui/use-snapshot.ts';

export function EmptyPane({ onStart }: { readonly onStart: () => void }) {
  const { nova } = useSession();
  const newcomer = useSnapshot(nova.conversations).length === 0;
  return (
    <div class="empty-pane">
      <img src={mark} alt="" width="56" height="56" />
      <h2>{newcomer ? 'Say hello to somebody' : 'Pick up where you left off'}</h2>
      <p>
        {newcomer && signsInByName()
          ? 'Nobody else here? Open this page in a second window, sign in there with another name, and write to that name from here.'
          : 'Choose a conversation, or start a new one with a person or a group.'}
      </p>
      <button type="button" class="button" onClick={onStart}>
        New conversation
      </button>
    </div>
  );
}
