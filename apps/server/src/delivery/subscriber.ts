/** What the hub knows of a socket. */
export interface Subscriber {
  readonly userId: string;
  readonly deviceId: string;
  /** Queues whole frames for the next write; `frames` is how many `bytes` holds. */
  send(bytes: Buffer, frames: number): void;
  /** The same for what may be dropped under load. */
  sendEphemeral(bytes: Buffer): void;
}
