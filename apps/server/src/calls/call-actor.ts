import type { Caller } from '#dispatch/handler.js';
import { invalidField } from '../errors.ts';
import type { Actor } from './acts.ts';

/**
 * Who acts, with which device. The user comes from the token; a device that the request names can
 * only be one of that user's.
 */
export function actorOf(caller: Caller, named: string | undefined, nodeId: string): Actor {
  const { userId, socket } = caller;
  const deviceId = named ?? caller.deviceId;
  if (deviceId === undefined) {
    throw invalidField('deviceId', 'the UUID of the device, where there is no socket');
  }
  if (socket === undefined || deviceId !== caller.deviceId) return { userId, deviceId };
  return { userId, deviceId, socket: { sessionId: socket.sessionId, nodeId } };
}
