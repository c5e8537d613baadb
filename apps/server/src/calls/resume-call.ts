import { defineHandler } from '#dispatch/handler.js';
import { actOnCall } from './act-on-call.ts';
import { resume } from './acts.ts';
import type { SignalDeps } from './send-signal.ts';

/** A reply stays below the size of a frame: what does not fit is fetched by asking again. */
const maxReplyBytes = 524_288;

export const resumeCall = (deps: SignalDeps) =>
  defineHandler('call.resume', 'write', async (caller, input) => {
    const call = await actOnCall(deps, caller, input, (facts, actor, nowMs) =>
      resume(facts, actor, input.legId, nowMs),
    );
    const frames = deps.signals.missed(call.id, input.legId, input.received ?? []);
    let bytes = 0;
    const fitting = frames.filter((frame, index) => {
      bytes += frame.length;
      return index === 0 || bytes <= maxReplyBytes;
    });
    return { call, signals: fitting.map((frame) => JSON.parse(frame).data as unknown) };
  });
