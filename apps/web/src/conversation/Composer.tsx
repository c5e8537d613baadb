import type { ConversationView, LiveConversation } from '@nova/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useSession } from '../session/session.ts';
import { attempt } from '../shell/notice.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { mayEdit } from './allowed.ts';
import { useDraft } from './drafts.ts';
import { IntentBar } from './IntentBar.tsx';
import type { Intent } from './intent.ts';

interface ComposerProps {
  readonly live: LiveConversation;
  readonly view: ConversationView;
  readonly intent: Intent | null;
  readonly onIntent: (intent: Intent | null) => void;
}

export function Composer({ live, view, intent, onIntent }: ComposerProps) {
  const { nova, userId } = useSession();
  const field = useRef<HTMLTextAreaElement>(null);
  const [draft, setDraft] = useDraft(live.id);
  const [edited, setEdited] = useState('');
  const editing = intent?.kind === 'edit';
  const text = editing ? edited : draft;
  const write = editing ? setEdited : setDraft;

  useEffect(() => {
    if (intent?.kind === 'edit') setEdited(intent.message.text ?? '');
    if (intent !== null) field.current?.focus();
  }, [intent]);
  useEffect(() => {
    // On a phone the keyboard would hide what one came to read.
    if (matchMedia('(hover: hover)').matches) field.current?.focus();
  }, []);
  const cancel = (): void => {
    onIntent(null);
    field.current?.focus();
  };

  const submit = (): void => {
    const said = text.trim();
    if (said === '') return;
    if (intent?.kind === 'edit') {
      const { id, version } = intent.message;
      if (said !== intent.message.text) attempt(live.edit(id, said, version));
    } else {
      // What becomes of it stands in the conversation: nothing is left to do here.
      live.send(said, intent === null ? {} : { replyTo: intent.message.id }).catch(() => {});
      setDraft('');
    }
    onIntent(null);
  };

  const editLast = (): void => {
    const viewer = { userId, role: view.role, limits: nova.limits };
    const last = view.messages.findLast((message) => mayEdit(message, viewer));
    // While one is on its way, the last of those that have arrived is not the one that is meant.
    if (last !== undefined && view.outgoing.length === 0) onIntent({ kind: 'edit', message: last });
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {intent !== null && <IntentBar intent={intent} onCancel={cancel} />}
      <div class="composer-line">
        <div class="grow" data-text={`${text}\n`}>
          <textarea
            ref={field}
            rows={1}
            value={text}
            placeholder="Message"
            aria-label={editing ? 'Edit message' : 'Message'}
            enterkeyhint="send"
            onInput={(event) => {
              write(event.currentTarget.value);
              if (!editing) live.typing();
            }}
            onBlur={() => live.stopTyping()}
            onKeyDown={(event) => {
              if (event.isComposing) return;
              if (event.key === 'Enter' && !event.shiftKey) {
                event.preventDefault();
                submit();
              } else if (event.key === 'Escape' && intent !== null) cancel();
              else if (event.key === 'ArrowUp' && text === '') {
                event.preventDefault();
                editLast();
              }
            }}
          />
        </div>
        <IconButton
          type="submit"
          icon={editing ? 'check' : 'send'}
          label={editing ? 'Save' : 'Send'}
          class="send"
          disabled={text.trim() === ''}
        />
      </div>
    </form>
  );
}
