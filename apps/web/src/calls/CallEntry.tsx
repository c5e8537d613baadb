import type { CallSummary, Message } from '@nova/protocol';
import { Icon } from '../ui/Icon.tsx';
import { clockTime } from '../ui/time-words.ts';
import { summaryWords } from './call-words.ts';

interface CallEntryProps {
  readonly message: Message;
  readonly call: CallSummary;
  readonly mine: boolean;
  readonly position: number;
  readonly tabStop: boolean;
}

/** What a call that is over leaves in its conversation. */
export function CallEntry({ message, call, mine, position, tabStop }: CallEntryProps) {
  const words = summaryWords(call, mine);
  const missed = call.durationMs === undefined && !mine;
  return (
    <article
      class={`call-entry ${missed ? 'call-entry-missed' : ''}`}
      aria-label={`${words}, ${clockTime(message.createdAt)}`}
      aria-posinset={position}
      aria-setsize={-1}
      tabIndex={tabStop ? 0 : -1}
    >
      <Icon name={call.kind === 'video' ? 'video' : 'phone'} />
      <span>{words}</span>
      <time dateTime={message.createdAt}>{clockTime(message.createdAt)}</time>
    </article>
  );
}
