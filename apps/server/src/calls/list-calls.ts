import { defineHandler } from '#dispatch/handler.js';
import type { HandlerDeps } from './act-on-call.ts';
import { liveCallsFor } from './call-store.ts';
import { viewFor } from './call-view.ts';

export const listCalls = ({ db, rules }: HandlerDeps) =>
  defineHandler('call.list', 'read', async (caller, { deviceId }) => {
    const live = await liveCallsFor(db, caller.userId);
    return { calls: live.map((call) => viewFor(call, rules, deviceId ?? caller.deviceId)) };
  });
