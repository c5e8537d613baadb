import { useState } from 'preact/hooks';
import { useSession } from '../session/session.ts';
import { wordsOf } from '../shell/notice.ts';
import { conversationAddress, goTo } from '../shell/route.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { findPerson, type Person, personHint } from './find-person.ts';
import { PeopleField } from './PeopleField.tsx';

/** One person makes a direct conversation, several people or a title make a group. */
export function NewConversation({ onClose }: { readonly onClose: () => void }) {
  const current = useSession();
  const { conversations } = current.nova;
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [typed, setTyped] = useState('');
  const [title, setTitle] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const group = people.length > 1 || (people.length === 1 && typed.trim() !== '') || title !== '';

  const start = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const all = typed.trim() === '' ? people : [...people, await findPerson(typed, current)];
      const ids = [...new Set(all.map(({ userId }) => userId))];
      const [only] = ids;
      if (only === undefined) throw new Error(`Type a ${personHint().toLowerCase()} first.`);
      const named = title.trim() === '' ? {} : { title: title.trim() };
      const live =
        ids.length === 1 && title.trim() === ''
          ? await conversations.createDirect(only)
          : await conversations.createGroup(ids, named);
      onClose();
      goTo(conversationAddress(live.id));
    } catch (error) {
      setProblem(wordsOf(error));
      setBusy(false);
    }
  };

  return (
    <Dialog title="New conversation" onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <PeopleField
          people={people}
          typed={typed}
          onPeople={setPeople}
          onTyped={setTyped}
          onProblem={setProblem}
        />
        <p class="form-hint">Add more people with a comma, and it becomes a group.</p>
        {group && (
          <label class="field">
            <span>Group name (optional)</span>
            <input
              value={title}
              maxLength={200}
              onInput={(event) => setTitle(event.currentTarget.value)}
            />
          </label>
        )}
        {problem !== null && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <button
          type="submit"
          class="button"
          disabled={busy || (people.length === 0 && typed.trim() === '')}
        >
          {group ? 'Create group' : 'Start chatting'}
        </button>
      </form>
    </Dialog>
  );
}
