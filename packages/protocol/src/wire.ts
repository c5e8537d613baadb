/** What a client needs at run time: constants only, nothing that pulls in a schema library. */
export { type AfterClose, afterClose, type CloseReason, closeCodes } from './close-codes.ts';
export { type ErrorCode, type ErrorDetail, type ErrorObject, errors } from './errors.ts';
export {
  bearerSubprotocolPrefix,
  type EventFrame,
  type ReplyFrame,
  type RequestFrame,
  type ServerFrame,
  subprotocol,
} from './frames.ts';
export { limits } from './limits.ts';
export { type Capability, can, capabilities, outranks } from './roles.ts';
