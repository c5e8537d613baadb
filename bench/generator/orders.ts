import type { DialectName } from './dialects/index.ts';
import type { Verdict } from './verdict.ts';

/** What a generator process can be told to do, and what it answers. */
export interface Orders {
  /** Take on users and make their tokens; without a key the token is the user's id. */
  recruit: {
    input: {
      /** Of this process among all, from 0. */
      processIndex: number;
      users: readonly string[];
      signingKeyPem: string | undefined;
    };
    output: { tokens: number };
  };
  /** Open sockets for the next users, at most `concurrency` handshakes at a time. */
  open: {
    input: {
      /** A socket each, in turn. */
      ports: readonly number[];
      dialect: DialectName;
      /** Whether messages must carry a sequence number. */
      numbered: boolean;
      /** Beginning of the source addresses, such as 127.0.2. */
      network: string;
      concurrency: number;
      sockets: number;
    };
    output: { handshakes: string };
  };
  /** Create a direct conversation for each two neighbours. */
  pair: { input: Record<string, never>; output: { conversations: number } };
  /** Let the first user create a group with all of these. */
  group: {
    input: { userIds: readonly string[]; creator?: number };
    output: Orders['join']['input'];
  };
  /** Make every user of this process a sender and reader of that conversation. */
  join: { input: { conversationId: string; nextSeq: number }; output: { members: number } };
  /** The same for some users each: `count` of them from the one numbered `first`. */
  enrol: { input: { groups: readonly Enrolment[] }; output: { members: number } };
  /** Wait until everybody's position is newer than the making of their conversation. */
  passMaking: { input: Record<string, never>; output: Record<string, never> };
  /** Break every connection at once and come back, resuming; resolves when all have. */
  storm: { input: Record<string, never>; output: { returns: string; retries: number } };
  /**
   * Send one more as soon as one is acknowledged; returns at once. `apart`: two neighbours send half
   * a round after each other instead of together.
   */
  closedLoop: {
    input: { window: number; senders: number; apart?: boolean };
    output: { senders: number };
  };
  /**
   * Send at fixed times, whatever comes back; returns at once. `oneWay`: of two neighbours the
   * first sends, and only what the second receives is timed.
   */
  openLoop: {
    input: { ratePerSecond: number; oneWay?: boolean };
    output: { senders: number };
  };
  /** Call each other in pairs, so many calls at once or so many a second; returns at once. */
  calls: {
    input: { window: number } | { ratePerSecond: number };
    output: { pairs: number };
  };
  /** Let the first user write once to each of these, in direct conversations nobody else uses. */
  acquaint: { input: { userIds: readonly string[] }; output: { conversations: number } };
  /** So many requests, from the first users in turn, each awaited and checked for an error. */
  ask: {
    input: {
      type: string;
      data: Readonly<Record<string, unknown>>;
      /** Adds the id of the asking user's conversation. */
      ofConversation: boolean;
      askers: number;
      concurrency: number;
      requests: number;
    };
    output: { latency: string };
  };
  /** Messages acknowledged in each user's conversation, by this process. */
  count: { input: Record<string, never>; output: { accepted: readonly number[] } };
  /** Tell the users from `first` on how many messages their conversation has. */
  expect: {
    input: { groups: readonly { first: number; accepted: number }[] };
    output: Record<string, never>;
  };
  mark: { input: Record<string, never>; output: Mark };
  /** Stop sending and wait for what is under way. */
  stop: { input: Record<string, never>; output: { accepted: number } };
  /** Wait until every socket has the messages of its conversation, and judge. */
  settle: { input: { accepted: number | undefined }; output: Verdict };
}

export interface Enrolment {
  readonly conversationId: string;
  readonly nextSeq: number;
  readonly first: number;
  readonly count: number;
}

export type OrderName = keyof Orders;

export type OrderHandlers = {
  [Name in OrderName]: (
    input: Orders[Name]['input'],
  ) => Orders[Name]['output'] | Promise<Orders[Name]['output']>;
};

/** Counts since the start and latencies since the mark before. */
export interface Mark {
  readonly atMicros: number;
  readonly cpuMicros: number;
  readonly acknowledged: number;
  readonly delivered: number;
  readonly acknowledgeLatency: string;
  readonly deliveryLatency: string;
  /** How late the generator itself was on an open-loop schedule. */
  readonly lateness: string;
}

export interface OrderMessage<Name extends OrderName = OrderName> {
  readonly id: number;
  readonly name: Name;
  readonly input: Orders[Name]['input'];
}

export type AnswerMessage =
  | { readonly id: number; readonly output: unknown }
  | { readonly id: number; readonly error: string };
