import { defineHandler } from '#dispatch/handler.js';
import { actOnCall, type HandlerDeps } from './act-on-call.ts';
import { join } from './acts.ts';
import { enterCall } from './enter-call.ts';

export const acceptCall = (deps: HandlerDeps) =>
  defineHandler('call.accept', 'write', (caller, input) =>
    enterCall(deps, caller.userId, () =>
      actOnCall(deps, caller, input, (call, actor, nowMs) => join(call, actor, input.legId, nowMs)),
    ),
  );
