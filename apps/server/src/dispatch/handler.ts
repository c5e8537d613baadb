import type { InputOf, OperationByName, OperationName, OutputOf } from '@nova/protocol';
import type { Rendered } from './rendered.ts';

/** Who asks: always from the verified token, never from the request. */
export interface Caller {
  readonly userId: string;
  /** Display name of the token, if it has one. */
  readonly name?: string;
  readonly deviceId?: string;
  readonly requestId: string;
  /** The socket the request came on; absent over HTTP. */
  readonly socket?: CallerSocket;
}

/** What operations about the socket itself ask of it. */
export interface CallerSocket {
  readonly sessionId: string;
  readonly userId: string;
  /** False once it is closing. */
  readonly open: boolean;
  /** Queues a whole frame that may be dropped under load. */
  sendEphemeral(bytes: Buffer): void;
  refresh(token: string): Promise<{ readonly userId: string; readonly expiresAt: string }>;
  resume(
    cursor: string,
    epoch: string,
  ): Promise<{ readonly replayed: number; readonly snapshots: number }>;
}

/** The bucket of the caller's allowance that a request is counted in. */
export type RateClass =
  | 'send'
  | 'write'
  | 'read'
  | 'typing'
  | 'presence'
  | 'call'
  | 'signal'
  | 'turn';

export interface Handler<Name extends OperationName = OperationName> {
  readonly name: Name;
  readonly rate: RateClass;
  readonly run: (
    caller: Caller,
    input: InputOf<OperationByName<Name>>,
  ) => Promise<OutputOf<OperationByName<Name>> | Rendered<OutputOf<OperationByName<Name>>>>;
}

/**
 * Binds an operation of the contract to the code that carries it out. Writing handlers authorize
 * inside their transaction, after its lock; reading ones in the statement that reads.
 */
export function defineHandler<Name extends OperationName>(
  name: Name,
  rate: RateClass,
  run: Handler<Name>['run'],
): Handler<Name> {
  return { name, rate, run };
}
