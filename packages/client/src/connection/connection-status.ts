import type { ConnectionState, LossReason, Phase } from './connection-state.ts';

/** What an application shows of the connection. */
export interface ConnectionStatus {
  readonly phase: Phase;
  /** Requests go through; also during a planned move from one node to another. */
  readonly online: boolean;
  /** Tries since the connection last held. */
  readonly attempt: number;
  /** When the next try begins, milliseconds since 1970; null while none is planned. */
  readonly nextRetryAt: number | null;
  /** Why the connection is down or being moved; null once it is up. */
  readonly reason: LossReason | null;
}

export const statusOf = (state: ConnectionState): ConnectionStatus => ({
  phase: state.phase,
  online: state.serving !== null,
  attempt: state.attempt,
  nextRetryAt: state.retryAtMs,
  reason: state.reason,
});
