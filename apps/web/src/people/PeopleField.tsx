import { useSession } from '../session/session.ts';
import { wordsOf } from '../shell/notice.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { findPerson, type Person, personHint } from './find-person.ts';

interface PeopleFieldProps {
  readonly people: readonly Person[];
  readonly typed: string;
  readonly onPeople: (people: readonly Person[]) => void;
  readonly onTyped: (typed: string) => void;
  readonly onProblem: (problem: string | null) => void;
}

/** A field for one or more people: a comma turns what was typed into one of them. */
export function PeopleField({ people, typed, onPeople, onTyped, onProblem }: PeopleFieldProps) {
  const current = useSession();
  const add = async (): Promise<void> => {
    try {
      const person = await findPerson(typed, current);
      onProblem(null);
      onTyped('');
      onPeople([...people.filter(({ userId }) => userId !== person.userId), person]);
    } catch (error) {
      onProblem(wordsOf(error));
    }
  };
  return (
    <div class="people-field">
      {people.length > 0 && (
        <ul class="chosen" aria-label="Chosen">
          {people.map(({ userId, name }) => (
            <li key={userId} class="chosen-one">
              {name}
              <IconButton
                icon="close"
                label={`Remove ${name}`}
                onClick={() => onPeople(people.filter((one) => one.userId !== userId))}
              />
            </li>
          ))}
        </ul>
      )}
      <label class="field">
        <span>{personHint()}</span>
        <input
          value={typed}
          autofocus
          autocomplete="off"
          spellcheck={false}
          maxLength={64}
          list="people-known"
          onInput={(event) => onTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === ',' && typed.trim() !== '') {
              event.preventDefault();
              void add();
            } else if (event.key === 'Backspace' && typed === '') onPeople(people.slice(0, -1));
          }}
        />
      </label>
      <datalist id="people-known">
        {[...new Set(current.directory.getSnapshot().values())].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </div>
  );
}
