export type Phase =
  | 'idle'
  | 'authorizing'
  | 'opening'
  | 'syncing'
  | 'online'
  | 'waiting'
  | 'offline'
  | 'closed';

/** Why the connection is not (or no longer) up: a close code (RFC 6455 §7.4) and words. */
export interface LossReason {
  readonly code: number;
  readonly message: string;
}

export interface ConnectionState {
  readonly phase: Phase;
  /** Tries since the connection last held. */
  readonly attempt: number;
  /** Number of the newest socket. */
  readonly link: number;
  /** The socket that carries requests now; another one than `link` during a move. */
  readonly serving: number | null;
  /** Resume from the position we hold, or list everything afresh. */
  readonly sync: 'resume' | 'afresh';
  readonly freshToken: boolean;
  readonly retryAtMs: number | null;
  readonly onlineSinceMs: number | null;
  readonly reason: LossReason | null;
  /** Whether the token source can be asked for another token. */
  readonly renewable: boolean;
}

export type ConnectionEvent =
  | { readonly type: 'start' }
  | { readonly type: 'stop' }
  | { readonly type: 'tokenReady'; readonly token: string }
  | { readonly type: 'tokenFailed'; readonly message: string; readonly final: boolean }
  | { readonly type: 'ready'; readonly link: number; readonly resumable: boolean }
  | { readonly type: 'synced'; readonly link: number }
  | { readonly type: 'syncRefused'; readonly link: number }
  | { readonly type: 'lost'; readonly link: number; readonly reason: LossReason }
  | { readonly type: 'draining'; readonly link: number; readonly afterMs: number }
  | { readonly type: 'retryDue' }
  | { readonly type: 'networkLost' }
  | { readonly type: 'networkFound' };

export type Effect =
  | { readonly type: 'fetchToken'; readonly fresh: boolean }
  | { readonly type: 'open'; readonly link: number; readonly token: string }
  | { readonly type: 'sync'; readonly link: number; readonly mode: 'resume' | 'afresh' }
  /** Requests go over this link from now on. */
  | { readonly type: 'serve'; readonly link: number }
  | { readonly type: 'drop'; readonly link: number }
  | { readonly type: 'schedule'; readonly delayMs: number }
  | { readonly type: 'unschedule' };

/** What the reducer may not find out itself. */
export interface Circumstances {
  readonly nowMs: number;
  readonly random: number;
  /** The longest wait between two tries, in milliseconds; 30 seconds when absent. */
  readonly longestWaitMs?: number | undefined;
}

export interface Outcome {
  readonly state: ConnectionState;
  readonly effects: readonly Effect[];
}

export const idleState = (renewable: boolean): ConnectionState => ({
  phase: 'idle',
  attempt: 0,
  link: 0,
  serving: null,
  sync: 'resume',
  freshToken: false,
  retryAtMs: null,
  onlineSinceMs: null,
  reason: null,
  renewable,
});
