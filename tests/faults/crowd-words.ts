/** What the run and the processes that play its clients say to each other. */
import type { Message } from '@nova/protocol';
import type { Scene } from './scene.ts';
import type { Entrance } from './stage/stage.ts';

/** How much a client does. */
export interface Pace {
  /** Acts that it has under way at once. */
  readonly window: number;
  /** Mean time between two acts of each of them, milliseconds; 0: without a pause. */
  readonly pauseMs: number;
}

export interface CrowdTask {
  readonly seed: number;
  readonly privateKeyPem: string;
  readonly pace: Pace;
  readonly scene: Scene;
  /** The clients of this process. */
  readonly players: readonly { readonly index: number; readonly entrance: Entrance }[];
  /** Where long answers are left as files. */
  readonly directory: string;
}

/** Messages of one client in one conversation, in the order in which it sent them. */
export interface SentRun {
  readonly client: number;
  readonly conversationId: string;
  readonly ids: string[];
  /** 0 where the send was never acknowledged. */
  readonly seqs: number[];
  readonly texts: string[];
}

/** The last change of a message; `certain` where the service acknowledged it. */
export interface Change {
  /** Null: deleted. */
  readonly text: string | null;
  readonly certain: boolean;
}

export interface Sendings {
  readonly runs: readonly SentRun[];
  /** By message id, oldest first. */
  readonly changes: Readonly<Record<string, readonly Change[]>>;
  /** Requests that were refused although nothing was wrong with them. */
  readonly refused: readonly string[];
}

/** A message that came late to one client: when it was sent and came, milliseconds since 1970. */
export interface Late {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A time without a connection, milliseconds since 1970. */
export interface Absence {
  readonly client: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Milliseconds since its beginning, and the phase that began then. */
  readonly steps: readonly string[];
}

export interface Sightings {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly outOfOrder: readonly string[];
  readonly viewsDiffering: readonly string[];
  readonly views: number;
  readonly deliveries: number;
  /** Snapshots that took the place of a replay. */
  readonly snapshots: number;
  /** Of each client, oldest first. */
  readonly late: readonly (readonly Late[])[];
  /** How many messages came how late, as `Lateness` counts them. */
  readonly delays: readonly number[];
  /** The longest ones, the longest first. */
  readonly absences: readonly Absence[];
}

/** A conversation as the database has it. */
export interface TrueConversation {
  readonly id: string;
  readonly kind: string;
  readonly memberCount: number;
  readonly lastSeq: number;
  readonly lastPos: number;
  readonly updatedAt: string;
  readonly members: readonly TrueMember[];
  readonly messages: readonly Message[];
}

export interface TrueMember {
  readonly userId: string;
  readonly role: string;
  readonly lastReadSeq: number;
  readonly lastDeliveredSeq: number;
}

export interface CrowdCalls {
  open: { input: CrowdTask; output: null };
  talk: { input: null; output: null };
  /** Forgets how late messages came so far. */
  reckon: { input: null; output: null };
  /** Stops writing; answered with a file of `Sendings` once nothing is under way any more. */
  rest: { input: { readonly timeoutMs: number }; output: { readonly file: string } };
  /** Compares with a file of `TrueConversation`, one a line; answers with a file of `Sightings`. */
  compare: {
    input: { readonly file: string; readonly timeoutMs: number };
    output: { readonly file: string };
  };
}

export type CrowdCall = keyof CrowdCalls;
