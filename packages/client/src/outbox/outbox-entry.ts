/** A message that waits to be sent, as it is stored. */
export interface OutboxEntry {
  readonly id: string;
  readonly conversationId: string;
  /** Whose message it is; null when it was written before the client knew its user. */
  readonly senderId: string | null;
  readonly text: string;
  readonly replyTo: string | null;
  /** Entries are sent by ascending order. */
  readonly order: number;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Why it was refused for good; null while it is still to be sent. */
  readonly failure: OutgoingFailure | null;
}

export interface OutgoingFailure {
  readonly code: string;
  readonly message: string;
}

/**
 * `queued`: waits for its turn or the connection. `sending`: under way. `sent`: acknowledged, its
 * event has not arrived yet. `failed`: refused for good; retry or discard it.
 */
export type OutgoingState = 'queued' | 'sending' | 'sent' | 'failed';

/** One's own message before it is part of the conversation, as a view shows it. */
export interface OutgoingMessage {
  readonly id: string;
  readonly conversationId: string;
  readonly text: string;
  readonly replyTo: string | null;
  readonly createdAt: string;
  readonly state: OutgoingState;
  readonly failure: OutgoingFailure | null;
}

/** Where the outbox survives a reload. One store belongs to one user. */
export interface OutboxStorage {
  /** Everything stored, in any order. */
  load(): Promise<readonly OutboxEntry[]>;
  /** Adds or replaces; resolves once the entry would survive. */
  put(entry: OutboxEntry): Promise<void>;
  remove(id: string): Promise<void>;
}
