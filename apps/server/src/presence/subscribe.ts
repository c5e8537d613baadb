import { defineHandler } from '#dispatch/handler.js';
import type { PresenceWatch } from './presence-watch.ts';

export const subscribePresence = (presence: PresenceWatch) =>
  defineHandler('presence.subscribe', 'presence', ({ userId, socket }, { userIds }) =>
    presence.subscribe(userId, userIds, socket),
  );
