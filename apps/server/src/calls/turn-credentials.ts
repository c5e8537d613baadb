import { createHmac } from 'node:crypto';

export interface TurnCredentials {
  readonly username: string;
  readonly credential: string;
}

/** What the clocks of service and relay may differ by. */
const skewSeconds = 60;

/**
 * Credentials that a TURN server checks without asking anybody: the name holds their end, the
 * password is the name's HMAC-SHA1 (draft-uberti-behave-turn-rest). The tag tells the operator of
 * the relay which allocations belong together, and nothing of whose they are.
 */
export function turnCredentials(
  secret: string,
  about: { readonly callId: string; readonly userId: string },
  untilMs: number,
): TurnCredentials {
  const tag = createHmac('sha256', secret)
    .update(`${about.callId} ${about.userId}`)
    .digest('hex')
    .slice(0, 16);
  const username = `${Math.ceil(untilMs / 1_000) + skewSeconds}:${tag}`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}
