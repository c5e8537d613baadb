import { defineHandler } from '#dispatch/handler.js';
import { actOnCall, type HandlerDeps } from './act-on-call.ts';
import { end } from './acts.ts';

export const endCall = (deps: HandlerDeps) =>
  defineHandler('call.end', 'write', (caller, input) =>
    actOnCall(deps, caller, input, (call, actor, nowMs, mayEnd) => end(call, actor, mayEnd, nowMs)),
  );
