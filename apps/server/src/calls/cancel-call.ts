import { defineHandler } from '#dispatch/handler.js';
import { actOnCall, type HandlerDeps } from './act-on-call.ts';
import { cancel } from './acts.ts';

export const cancelCall = (deps: HandlerDeps) =>
  defineHandler('call.cancel', 'write', (caller, input) => actOnCall(deps, caller, input, cancel));
