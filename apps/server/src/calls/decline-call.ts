import { defineHandler } from '#dispatch/handler.js';
import { actOnCall, type HandlerDeps } from './act-on-call.ts';
import { decline } from './acts.ts';

export const declineCall = (deps: HandlerDeps) =>
  defineHandler('call.decline', 'write', (caller, input) =>
    actOnCall(deps, caller, input, decline),
  );
