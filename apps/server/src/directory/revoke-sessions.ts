import type { Bus } from '#delivery/bus.js';

export interface Revocation {
  readonly userId: string;
  /** This device alone; otherwise every device of the user. */
  readonly deviceId?: string;
  /** Only sockets whose token was issued before; otherwise whatever their token. */
  readonly issuedBefore?: Date;
}

/**
 * Closes the sockets of a user on every node with 4102. It ends what is open now: a token that is
 * still valid opens a new socket unless its issuer or the caller sees to that.
 */
export function revokeSessions(bus: Bus, { userId, deviceId, issuedBefore }: Revocation): void {
  const notice = {
    topic: 'sessionsRevoked',
    userId,
    ...(deviceId === undefined ? {} : { deviceId }),
    ...(issuedBefore === undefined ? {} : { issuedBeforeMs: issuedBefore.getTime() }),
  } as const;
  bus.publish([{ kind: 'notice', notice }]);
}
