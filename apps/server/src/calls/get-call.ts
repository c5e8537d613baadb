import { defineHandler } from '#dispatch/handler.js';
import type { HandlerDeps } from './act-on-call.ts';
import { callForViewer } from './call-store.ts';
import { viewFor } from './call-view.ts';
import { callNotFound } from './refusals.ts';

export const getCall = ({ db, rules }: HandlerDeps) =>
  defineHandler('call.get', 'read', async (caller, { callId, deviceId }) => {
    const call = await callForViewer(db, callId, caller.userId);
    if (call === undefined) throw callNotFound();
    return viewFor(call, rules, deviceId ?? caller.deviceId);
  });
