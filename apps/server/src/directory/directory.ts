import type { CloseReason } from '@nova/protocol/wire';

/** What the directory knows of a socket of this node. */
export interface Connected {
  readonly userId: string;
  readonly deviceId: string;
  readonly sessionId: string;
  readonly openedAtMs: number;
  close(reason: CloseReason): void;
}

/** A user got a first socket, or lost the last one, on whichever node. */
export interface ComingOrGoing {
  readonly userId: string;
  readonly online: boolean;
}

/** Who is connected, by which device, on which node: one place for all nodes. */
export interface Directory {
  /** False while other nodes' sockets cannot be seen. */
  readonly complete: boolean;
  opened(session: Connected): void;
  closed(session: Connected): void;
  /** Those of the users who have a socket on any node; rejects while that cannot be known. */
  online(userIds: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * Tells the other nodes how many sockets this one holds, undefined takes that back; resolves with
   * what each of them last told. Rejects while they cannot be seen.
   */
  shareCount(sockets: number | undefined): Promise<readonly number[]>;
  /** Told of sockets of this node; those of a node that died show in `onNodesChanged`. */
  onChange(listener: (change: ComingOrGoing) => void): void;
  onNodesChanged(listener: () => void): void;
  /** Resolves when all that was closed so far has been told. */
  settled(): Promise<void>;
  close(): Promise<void>;
}
