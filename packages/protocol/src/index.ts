export {
  Call,
  CallEndReason,
  CallKind,
  CallParticipant,
  CallState,
  CallSummary,
  Leg,
  LegState,
  MediaState,
  ParticipantState,
} from './entities/call.ts';
export { Conversation, ConversationKind } from './entities/conversation.ts';
export { Member, Role } from './entities/member.ts';
export { Message, MessageKind, MessageVersion, ReactionCount } from './entities/message.ts';
export { Presence, PresenceDetail } from './entities/presence.ts';
export { Candidate, Description } from './entities/signal.ts';
export {
  type EventClass,
  type EventName,
  type EventPayload,
  events,
  type ServerEvent,
  type ServiceLimits,
} from './events.ts';
export {
  commonErrors,
  type HttpMethod,
  type InputOf,
  type Operation,
  type OutputOf,
  type Repeat,
} from './operations/define-operation.ts';
export { type OperationByName, type OperationName, operations } from './operations/index.ts';
export * from './wire.ts';
