import type { SubjectName } from './subject.ts';

/** What a fair reader has to know of each: what is acknowledged when, and what is durable then. */
export const notes: Readonly<Record<Exclude<SubjectName, 'ws-broadcast'>, string>> = {
  nova: `Acknowledges when the message is committed to PostgreSQL with its place in the conversation; messages that wait together share a commit. A retry is recognised. The sender gets the acknowledgement and, as everybody, the message.`,
  'socket-io': `Acknowledges when a transaction of the message's own, which counts the conversation up and inserts a row, is committed. A retry fails. The sender gets the acknowledgement and, as everybody, the message.`,
  'bare-ws': `Acknowledges when one insert of the message's own is committed. No places in the conversation, no check of who may write. The sender gets the acknowledgement and, as everybody, the message.`,
  ejabberd: `Between two, acknowledges when the message is committed to the sender's archive: a ping behind it, which is work too, is answered then. What arrives is committed to the receiver's archive as well, so one message is two inserts; a crash between them leaves the sender's. The sender gets no message back, so a send is one delivery, not two. In a group, acknowledges by the message's own return when it is committed to the room's archive, one insert. A retry is a second message. Speaks XML over WebSocket; its schedulers do not spin while they wait; archives and pings are on, stream management, rosters and limits are not.`,
};
