/** A call as it is stored: what the pure part of the room reads and returns. Times are Unix ms. */
import type {
  CallEndReason,
  CallKind,
  CallState,
  MediaState,
  ParticipantState,
} from '@nova/protocol';

export interface LegFacts {
  readonly id: string;
  readonly deviceId: string;
  readonly epoch: number;
  readonly media: MediaState;
  /** Whether its media flows, as the device reports. */
  readonly flow: 'connecting' | 'connected' | 'broken';
  /** Since when it has been owing media; absent while there is nobody to connect to. */
  readonly owingSinceMs?: number;
  /** The socket that signals reach it on, and the node that holds it; absent once lost. */
  readonly socket?: SocketOfLeg;
  /** When the socket was lost; a leg that was made over HTTP never had one. */
  readonly socketLostMs?: number;
}

export interface SocketOfLeg {
  readonly sessionId: string;
  readonly nodeId: string;
}

export interface ParticipantFacts {
  readonly userId: string;
  readonly state: ParticipantState;
  /** Of the newest leg; 0 before the first. */
  readonly epoch: number;
  readonly joinedMs?: number;
  readonly leftMs?: number;
  /** No longer a member of the conversation: hears nothing more of the call. */
  readonly removed?: true;
  readonly leg?: LegFacts;
}

export interface CallFacts {
  readonly id: string;
  readonly conversationId: string;
  readonly kind: CallKind;
  /** A call of two: it ends when one of them leaves. */
  readonly direct: boolean;
  readonly createdBy: string;
  readonly state: CallState;
  readonly version: number;
  readonly createdMs: number;
  readonly answeredMs?: number;
  readonly startedMs?: number;
  readonly endedMs?: number;
  readonly endReason?: CallEndReason;
  /** Since when one user has been alone in a call that was answered. */
  readonly aloneSinceMs?: number;
  /** Everybody was told that the longest duration is near. */
  readonly warned?: true;
  readonly participants: readonly ParticipantFacts[];
}

export interface CallRules {
  readonly maxDurationMs: number;
  /** How long one user may wait alone in a call that was answered. */
  readonly idleMs: number;
  /** How long a call rings before it is missed. */
  readonly ringMs: number;
}

export const participantOf = (call: CallFacts, userId: string): ParticipantFacts | undefined =>
  call.participants.find((participant) => participant.userId === userId);

/** Those who are in the call now. */
export const joined = (call: CallFacts): readonly (ParticipantFacts & { leg: LegFacts })[] =>
  call.participants.filter(
    (participant): participant is ParticipantFacts & { leg: LegFacts } =>
      participant.leg !== undefined,
  );
