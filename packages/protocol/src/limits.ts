/**
 * Every bound of the wire in one place. Values an operator can change are configuration keys and
 * reach clients in `session.ready`; these are the fixed ones.
 */
export const limits = {
  /** Bytes of UTF-8 a message text may take, whatever its number of code points. */
  messageTextBytes: 65_536,
  titleCodePoints: 200,
  avatarUrlLength: 2_048,
  /** Code units of one reaction: the longest emoji sequences in use stay below 32. */
  emojiLength: 32,
  /** Distinct reactions one user may leave on one message. */
  reactionsPerUserAndMessage: 20,
  /** Distinct emoji on one message; past it only existing ones can be added to. */
  emojiPerMessage: 50,
  /** User ids in one `conversation.create` or `member.add`. */
  memberIdsPerRequest: 1_000,
  /** Up to this many members a conversation carries its member list and read markers. */
  smallConversationMembers: 64,
  conversationPageDefault: 50,
  conversationPageMax: 100,
  messagePageDefault: 50,
  messagePageMax: 200,
  /** Users whose presence one socket may follow. */
  presenceUsers: 200,
  memberPageDefault: 100,
  memberPageMax: 500,
  /** Kept versions of one message; a message edited more often than this refuses the next edit. */
  messageVersions: 100,
  idempotencyKeyLength: 128,
  /** Hours for which an idempotency key returns the first reply. */
  idempotencyKeyHours: 24,
  /** Requests of one socket that may be under way at once; the next frames wait in the kernel. */
  requestsInFlight: 256,
  /** Characters of an opaque cursor. */
  cursorLength: 128,
  tokenLength: 8_192,
  /** Milliseconds an unauthenticated socket may stay open. */
  authenticateWithinMs: 10_000,
  /** Milliseconds after which a client forgets somebody's typing that was not renewed. */
  typingExpiresMs: 6_000,
  /** Users in one call at once: each pair has a connection of its own. */
  callParticipants: 6,
  /** Bytes of one session description. */
  sdpBytes: 65_536,
  /** ICE candidates in one signal, and characters of each. */
  candidatesPerSignal: 64,
  candidateLength: 1_024,
  /** Signals from one leg to another that a reconnecting leg can still fetch, and for how long. */
  signalsKept: 64,
  signalsKeptMs: 60_000,
  /** How long a call may take until media flows, and waits for a leg that was lost. */
  callConnectMs: 30_000,
  callGraceMs: 30_000,
  /** How long before the longest duration `call.expiring` is sent. */
  callExpiringMs: 60_000,
  callPageDefault: 50,
  callPageMax: 100,
} as const;
