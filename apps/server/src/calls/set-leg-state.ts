import { defineHandler } from '#dispatch/handler.js';
import { actOnCall, type HandlerDeps } from './act-on-call.ts';
import { setFlow } from './acts.ts';

export const setLegState = (deps: HandlerDeps) =>
  defineHandler('call.legState', 'write', (caller, input) => {
    const flow = input.state === 'connected' ? 'connected' : 'broken';
    return actOnCall(deps, caller, input, (call, actor, nowMs) =>
      setFlow(call, actor, flow, nowMs),
    );
  });
