/** Where a run takes place: the service, what it depends on, and the hand that breaks it. */
import type { FaultKind, PlannedFault } from '../fault-kinds.ts';
import type { TopicEvent } from '../topic.ts';

export interface StageOptions {
  readonly directory: string;
  readonly publicKeyPem: string;
  readonly clients: number;
  /** Nothing is done to clients: they go to the balancers themselves. */
  readonly direct: boolean;
  /** Something happened that no fault explains. */
  readonly onOddity: (what: string) => void;
}

/** The way of one client to the service. */
export interface Entrance {
  readonly url: string;
  /** Where the client comes from; any address when absent. */
  readonly localAddress?: string;
}

/** Ends a fault; called once, when its duration is over. */
export type Undo = () => Promise<void>;

export interface Stage {
  /** For requests that are no part of the play: to create conversations and to look at the end. */
  readonly url: string;
  readonly nodes: number;
  /** What can be done to it, in the order of a listing. */
  readonly kinds: readonly FaultKind[];
  start(): Promise<void>;
  entrance(client: number): Entrance;
  /** Of its database; undefined while there is none. */
  connectionString(): string | undefined;
  /** The process under which all processes of the database are. */
  databasePid(): number | undefined;
  /** Resolves when every node serves on everything it depends on. */
  recovered(timeoutMs: number): Promise<void>;
  /** Resolves when it has struck. */
  strike(fault: PlannedFault): Promise<Undo>;
  /** What was published to other systems, once it holds `events`; undefined where nothing is. */
  published(events: number, timeoutMs: number): Promise<readonly TopicEvent[] | undefined>;
  /** Ends the nodes as a deployment would; resolves with what was wrong about it. */
  stop(): Promise<readonly string[]>;
  /** Ends everything, whatever state it is in. */
  destroy(): Promise<void>;
  complaints(): readonly string[];
}
