import type { ServiceLimits } from '@nova/protocol';
import { limits } from '@nova/protocol/wire';
import type { Config } from '#config/config.js';

/** What clients need to know of the configuration, so as not to offer what will be refused. */
export const serviceLimitsOf = ({ messages, socket }: Config): ServiceLimits => ({
  messageMaxLength: messages.maxCodePoints,
  messageEditWindowHours: messages.editWindowHours,
  messageRecallWindowHours: messages.recallWindowHours,
  maxFrameBytes: socket.maxFrameBytes,
  requestsInFlight: limits.requestsInFlight,
});
