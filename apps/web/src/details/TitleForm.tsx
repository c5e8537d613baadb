import type { LiveConversation } from '@nova/client';
import { useState } from 'preact/hooks';
import { attempt } from '../shell/notice.ts';

interface TitleFormProps {
  readonly live: LiveConversation;
  readonly title: string | null;
}

export function TitleForm({ live, title }: TitleFormProps) {
  const [typed, setTyped] = useState(title ?? '');
  const wanted = typed.trim() === '' ? null : typed.trim();
  return (
    <form
      class="title-form"
      onSubmit={(event) => {
        event.preventDefault();
        attempt(live.update({ title: wanted }));
      }}
    >
      <label class="field">
        <span>Group name</span>
        <input
          value={typed}
          maxLength={200}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </label>
      {wanted !== title && (
        <button type="submit" class="button">
          Save
        </button>
      )}
    </form>
  );
}
