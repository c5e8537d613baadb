import { defineHandler } from '#dispatch/handler.js';
import { actOnCall, type HandlerDeps } from './act-on-call.ts';
import { leave } from './acts.ts';

export const leaveCall = (deps: HandlerDeps) =>
  defineHandler('call.leave', 'write', (caller, input) => actOnCall(deps, caller, input, leave));
