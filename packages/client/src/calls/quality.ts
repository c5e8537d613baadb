/** How a connection did between two looks at its statistics. */
export interface Quality {
  /** `good`: nobody notices; `fair`: now and then; `poor`: hard to follow. */
  readonly level: 'good' | 'fair' | 'poor';
  readonly roundTripMs: number | null;
  readonly jitterMs: number | null;
  /** Of the packets that should have come, from 0 to 1. */
  readonly lostShare: number;
  readonly receivedBitsPerSecond: number;
  readonly sentBitsPerSecond: number;
  readonly framesPerSecond: number | null;
  readonly frameWidth: number | null;
  readonly frameHeight: number | null;
  /** Decoded since the connection began: grows while a picture arrives. */
  readonly framesDecoded: number;
  /** Whether media goes through a TURN server. */
  readonly relayed: boolean;
}
