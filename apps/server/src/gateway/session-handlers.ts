import { defineHandler } from '#dispatch/handler.js';
import { NovaError } from '../errors.ts';

const socketOnly = (): NovaError =>
  new NovaError('invalidRequest', 'this operation is about a socket: send it on one');

/** A fresh token for a socket that is authenticated already. */
export const authenticateSession = () =>
  defineHandler('session.authenticate', 'read', async (caller, input) => {
    if (caller.socket === undefined) throw socketOnly();
    return caller.socket.refresh(input.token);
  });

export const resumeSession = () =>
  defineHandler('session.resume', 'read', async (caller, input) => {
    if (caller.socket === undefined) throw socketOnly();
    return caller.socket.resume(input.cursor, input.epoch);
  });
