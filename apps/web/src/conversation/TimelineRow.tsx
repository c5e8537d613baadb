import type { ConversationView, LiveConversation } from '@nova/client';
import { CallEntry } from '../calls/CallEntry.tsx';
import { useNames } from '../people/use-names.ts';
import { useSession } from '../session/session.ts';
import type { Intent } from './intent.ts';
import { MessageRow } from './MessageRow.tsx';
import { OutgoingRow } from './OutgoingRow.tsx';
import { receiptOf } from './receipt-of.ts';
import type { Row } from './rows.ts';

interface TimelineRowProps {
  readonly row: Row;
  readonly live: LiveConversation;
  readonly view: ConversationView;
  /** Its place among the loaded rows, from 1. */
  readonly position: number;
  readonly newest: boolean;
  readonly onIntent: (intent: Intent) => void;
}

export function TimelineRow({ row, live, view, position, newest, onIntent }: TimelineRowProps) {
  const { userId } = useSession();
  const nameOf = useNames();
  switch (row.kind) {
    case 'day':
      return (
        <p class="day">
          <span>{row.words}</span>
        </p>
      );
    case 'unread':
      return (
        <p class="unread-line">
          <span>New messages</span>
        </p>
      );
    case 'outgoing':
      return <OutgoingRow row={row} position={position} tabStop={newest} />;
    case 'message': {
      const { message } = row;
      const mine = message.senderId === userId;
      if (message.call !== undefined) {
        const { call } = message;
        return <CallEntry {...{ message, call, mine, position, tabStop: newest }} />;
      }
      return (
        <MessageRow
          live={live}
          message={message}
          first={row.first}
          last={row.last}
          grouped={view.kind === 'group'}
          role={view.role}
          senderName={mine ? 'You' : nameOf(message.senderId)}
          receipt={mine ? receiptOf(message.seq, view.members, userId) : null}
          position={position}
          tabStop={newest}
          onIntent={onIntent}
        />
      );
    }
  }
}
