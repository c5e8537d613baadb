import { defineHandler } from '#dispatch/handler.js';
import { actOnCall, type HandlerDeps } from './act-on-call.ts';
import { join } from './acts.ts';

export const acceptCall = (deps: HandlerDeps) =>
  defineHandler('call.accept', 'write', (caller, input) =>
    actOnCall(deps, caller, input, (call, actor, nowMs) => join(call, actor, input.legId, nowMs)),
  );
