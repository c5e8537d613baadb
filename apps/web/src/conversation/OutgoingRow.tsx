import { useSession } from '../session/session.ts';
import { clockTime } from '../ui/time-words.ts';
import { MessageText } from './MessageText.tsx';
import type { Row } from './rows.ts';
import { Ticks } from './Ticks.tsx';

interface OutgoingRowProps {
  readonly row: Extract<Row, { kind: 'outgoing' }>;
  readonly position: number;
  readonly tabStop: boolean;
}

/** One's own message before it is part of the conversation. */
export function OutgoingRow({ row, position, tabStop }: OutgoingRowProps) {
  const { nova } = useSession();
  const { id, text, createdAt, state, failure } = row.outgoing;
  return (
    <article
      class={`row row-mine ${row.first ? 'row-first' : ''} ${row.last ? 'row-last' : ''}`}
      aria-label={`You: ${text}`}
      aria-posinset={position}
      aria-setsize={-1}
      tabIndex={tabStop ? 0 : -1}
      data-state={state}
    >
      <div class={`bubble ${state === 'failed' ? 'bubble-failed' : ''}`}>
        <MessageText text={text} />
        <span class="meta">
          <time dateTime={createdAt}>{clockTime(createdAt)}</time>
          {state !== 'failed' && <Ticks state={state} />}
        </span>
      </div>
      {state === 'failed' && (
        <p class="failed" role="alert">
          Not sent{failure === null ? '' : `: ${failure.message}`}.{' '}
          <button type="button" class="link-button" onClick={() => nova.outbox.retry(id)}>
            Try again
          </button>{' '}
          <button type="button" class="link-button" onClick={() => nova.outbox.discard(id)}>
            Discard
          </button>
        </p>
      )}
    </article>
  );
}
