import { defineHandler } from '#dispatch/handler.js';
import { actOnCall, type HandlerDeps } from './act-on-call.ts';
import { setMedia } from './acts.ts';

export const setMediaState = (deps: HandlerDeps) =>
  defineHandler('call.mediaState', 'write', (caller, { callId, deviceId, ...media }) => {
    const about = { callId, ...(deviceId === undefined ? {} : { deviceId }) };
    return actOnCall(deps, caller, about, (call, actor) => setMedia(call, actor, media));
  });
