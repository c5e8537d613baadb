import type { LiveConversation } from '@nova/client';
import { useState } from 'preact/hooks';
import { findPerson, type Person } from '../people/find-person.ts';
import { PeopleField } from '../people/PeopleField.tsx';
import { useSession } from '../session/session.ts';
import { wordsOf } from '../shell/notice.ts';
import { Dialog } from '../ui/Dialog.tsx';

export function AddMembers({ live }: { readonly live: LiveConversation }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="button button-quiet" onClick={() => setOpen(true)}>
        Add people
      </button>
      {open && <AddDialog live={live} onClose={() => setOpen(false)} />}
    </>
  );
}

interface AddDialogProps {
  readonly live: LiveConversation;
  readonly onClose: () => void;
}

function AddDialog({ live, onClose }: AddDialogProps) {
  const current = useSession();
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const add = async (): Promise<void> => {
    try {
      const all = typed.trim() === '' ? people : [...people, await findPerson(typed, current)];
      await live.addMembers([...new Set(all.map(({ userId }) => userId))]);
      onClose();
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };
  return (
    <Dialog title="Add people" onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <PeopleField
          people={people}
          typed={typed}
          onPeople={setPeople}
          onTyped={setTyped}
          onProblem={setProblem}
        />
        {problem !== null && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" class="button" disabled={people.length === 0 && typed.trim() === ''}>
          Add
        </button>
      </form>
    </Dialog>
  );
}
