/**
 * Why the server ends a socket. The hundreds digit tells a client what to do, so that a code it
 * has never seen is still handled: 40xx come back and resume, 41xx come back with a fresh token,
 * 42xx come back and list afresh, 45xx do not come back.
 */
export const closeCodes = {
  serverError: { code: 4000, meaning: 'the server failed; nothing acknowledged is lost' },
  draining: { code: 4001, meaning: 'this node is going away; connect again' },
  slowConsumer: { code: 4002, meaning: 'the client did not read for too long; resume' },
  heartbeatTimeout: { code: 4003, meaning: 'nothing was heard from the client for two heartbeats' },
  rateLimited: { code: 4008, meaning: 'too many requests went on after being refused' },
  tokenExpired: { code: 4101, meaning: 'the token expired and was not refreshed in band' },
  sessionRevoked: { code: 4102, meaning: 'the session was revoked' },
  positionLost: { code: 4200, meaning: 'the cursor cannot be resumed from; list afresh' },
  protocolError: { code: 4500, meaning: 'a frame broke the protocol' },
  unauthenticated: { code: 4501, meaning: 'no valid token within the time allowed' },
  forbidden: { code: 4503, meaning: 'this user may not connect' },
  tooManyDevices: { code: 4504, meaning: 'the user has too many sockets open' },
  replaced: { code: 4509, meaning: 'another socket of the same device took over' },
} as const;

export type CloseReason = keyof typeof closeCodes;

/** What a client does after its socket closed. */
export type AfterClose = 'resume' | 'freshToken' | 'listAfresh' | 'stop';

/**
 * The action for a WebSocket close code (RFC 6455 §7.4). Codes of the network (1006 and the like)
 * mean resume; 1002, 1003, 1007 and 1009 mean that the client itself misbehaves.
 */
export function afterClose(code: number): AfterClose {
  if (code >= 4500 && code < 4600) return 'stop';
  if (code >= 4200 && code < 4300) return 'listAfresh';
  if (code >= 4100 && code < 4200) return 'freshToken';
  if (code === 1002 || code === 1003 || code === 1007 || code === 1009) return 'stop';
  return 'resume';
}
