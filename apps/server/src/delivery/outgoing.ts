/**
 * What travels on the bus after a commit. Frames are written once, by the node that made the
 * change, whatever the number of nodes and sockets.
 */

/** The finished JSON text, or the whole WebSocket frame around it once the bus has encoded it. */
export type Frame = string | Buffer;

export interface DurableOutgoing {
  readonly kind: 'durable';
  readonly conversationId: string;
  readonly pos: number;
  /** How long the conversation had been quiet, by the database's clock: see `positions.ts`. */
  readonly quietMs: number;
  readonly frame: Frame;
  /** All members while the conversation is small; null: each node asks for its local audience. */
  readonly recipients: readonly string[] | null;
  /** Members that come or go with this very event. */
  readonly joined?: readonly string[];
  readonly left?: readonly string[];
  /** A message was edited or deleted: what was told of it before is not to be told again. */
  readonly erases?: true;
}

/** One frame for one user's sockets, such as a conversation that appeared in the inbox. */
export interface PersonalOutgoing {
  readonly kind: 'personal';
  readonly userId: string;
  /** The same for the same row of the user's log, however it arrived. */
  readonly key: string;
  readonly frame: Frame;
}

/** Typing and markers: no position, no promise. */
export interface PassingOutgoing {
  readonly kind: 'ephemeral' | 'state';
  readonly conversationId: string;
  readonly frame: Frame;
  readonly recipients: readonly string[] | null;
  /** Not to this user: nobody needs to be told that they are typing. */
  readonly exceptUserId?: string;
  /** Not to this device: it did what the others are told. */
  readonly exceptDeviceId?: string;
  /** What the nodes read of a change of a call, beside what goes to sockets. */
  readonly roster?: CallRoster;
}

/** What nodes tell each other; it reaches no socket. */
export type Notice =
  /** The device opened a newer socket on another node. */
  | { readonly topic: 'sessionReplaced'; readonly userId: string; readonly sessionId: string }
  /** The sender could not tell what happened since this transaction: it is read instead. */
  | { readonly topic: 'untold'; readonly since: string }
  | {
      readonly topic: 'presence';
      readonly changes: readonly {
        readonly userId: string;
        readonly online: boolean;
        readonly atMs: number;
      }[];
    };

export interface NoticeOutgoing {
  readonly kind: 'notice';
  readonly notice: Notice;
}

/** Who is in a call. Of two the larger version is newer. */
export interface CallRoster {
  readonly callId: string;
  readonly conversationId: string;
  readonly version: number;
  readonly live: boolean;
  readonly legs: readonly {
    readonly id: string;
    readonly userId: string;
    readonly deviceId: string;
    readonly epoch: number;
  }[];
}

/** A description or candidates on their way to one device: see `calls/`. */
export interface SignalOutgoing {
  readonly kind: 'signal';
  readonly callId: string;
  readonly fromLegId: string;
  readonly toLegId: string;
  readonly number: number;
  readonly userId: string;
  readonly deviceId: string;
  readonly frame: Frame;
}

export type Outgoing =
  | DurableOutgoing
  | PersonalOutgoing
  | PassingOutgoing
  | SignalOutgoing
  | NoticeOutgoing;
