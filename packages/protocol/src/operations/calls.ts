import { Type } from 'typebox';
import { Call, CallKind } from '../entities/call.ts';
import { Candidates, Description } from '../entities/signal.ts';
import { limits } from '../limits.ts';
import { Counter, Cursor, closed, IdempotencyKey, PageLimit, Uuid } from '../schemas.ts';
import { defineOperation, http } from './define-operation.ts';

const callId = Uuid('The call');
const deviceId = Type.Optional(
  Uuid('The device that takes part: the socket’s own when absent, so only HTTP has to name it'),
);
const newLegId = Type.Optional(
  Uuid('Chosen by the client: the same one again changes nothing, another one begins a new leg'),
);
const number = Type.Integer({
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'Its place among the signals from this leg to that one: 1, 2, 3 …',
});
const onCall = (verb: string) => http('POST', `/calls/{callId}/${verb}`);

export const callStart = defineOperation({
  name: 'call.start',
  summary: 'Ring the other members; when the conversation rings already, join that call instead',
  http: http('POST', '/conversations/{conversationId}/calls', 201),
  repeat: 'key',
  input: closed({
    conversationId: Uuid('The conversation'),
    kind: CallKind,
    deviceId,
    legId: newLegId,
    idempotencyKey: IdempotencyKey,
  }),
  output: Call,
  errors: ['notFound', 'forbidden', 'blocked', 'callBusy', 'callFull', 'idConflict'],
});

export const callAccept = defineOperation({
  name: 'call.accept',
  summary: 'Join with this device; of the devices of one user the first to accept wins',
  http: onCall('accept'),
  repeat: 'nature',
  input: closed({ callId, deviceId, legId: newLegId }),
  output: Call,
  errors: ['notFound', 'callOver', 'callBusy', 'callFull', 'answeredElsewhere', 'idConflict'],
});

export const callDecline = defineOperation({
  name: 'call.decline',
  summary: 'Stop ringing on every device of the caller of this operation',
  http: onCall('decline'),
  repeat: 'nature',
  input: closed({ callId, deviceId }),
  output: Call,
  errors: ['notFound', 'answeredElsewhere'],
});

export const callCancel = defineOperation({
  name: 'call.cancel',
  summary: 'Take back a call that nobody has answered; past that moment it means call.leave',
  http: onCall('cancel'),
  repeat: 'nature',
  input: closed({ callId, deviceId }),
  output: Call,
  errors: ['notFound', 'forbidden'],
});

export const callLeave = defineOperation({
  name: 'call.leave',
  summary: 'Hang up; a call of two ends with it',
  http: onCall('leave'),
  repeat: 'nature',
  input: closed({ callId, deviceId }),
  output: Call,
  errors: ['notFound'],
});

export const callEnd = defineOperation({
  name: 'call.end',
  summary: 'End the call for everybody: who started it, or an owner or admin of the group',
  http: onCall('end'),
  repeat: 'nature',
  input: closed({ callId, deviceId }),
  output: Call,
  errors: ['notFound', 'forbidden'],
});

export const callResume = defineOperation({
  name: 'call.resume',
  summary: 'Bind a leg to this socket after the last one was lost, and fetch the signals missed',
  http: onCall('resume'),
  repeat: 'nature',
  input: closed({
    callId,
    deviceId,
    legId: Uuid('The leg, as call.start or call.accept returned it'),
    received: Type.Optional(
      Type.Array(
        closed({
          fromLegId: Uuid('A leg that sends to this one'),
          number: Counter('The last number received from it'),
        }),
        { maxItems: limits.callParticipants },
      ),
    ),
  }),
  output: closed({
    call: Call,
    signals: Type.Array(Type.Unknown({ description: 'Data of call.signal events, in order' }), {
      description: `Those of the last ${limits.signalsKeptMs / 1_000} seconds that were not received`,
    }),
  }),
  errors: ['notFound', 'callOver'],
});

export const callSignal = defineOperation({
  name: 'call.signal',
  summary: 'A description or a batch of ICE candidates for one leg; never stored, never logged',
  http: onCall('signals'),
  repeat: 'nature',
  input: closed({
    callId,
    toLegId: Uuid('The leg it is for'),
    deviceId,
    epoch: Type.Optional(Counter('That of the sending leg: an older one is refused')),
    number: Type.Optional(number),
    description: Type.Optional(Description),
    candidates: Type.Optional(Candidates),
  }),
  output: closed({ number }),
  errors: ['notFound', 'callOver'],
});

export const callMediaState = defineOperation({
  name: 'call.mediaState',
  summary: 'Tell the others what this leg sends; what is absent stays as it was',
  http: http('PATCH', '/calls/{callId}/media-state'),
  repeat: 'nature',
  input: closed({
    callId,
    deviceId,
    microphone: Type.Optional(Type.Boolean({ description: 'Heard' })),
    camera: Type.Optional(Type.Boolean({ description: 'Seen' })),
    screen: Type.Optional(Type.Boolean({ description: 'Shares a screen' })),
    hold: Type.Optional(Type.Boolean({ description: 'Put the others on hold' })),
  }),
  output: Call,
  errors: ['notFound', 'callOver'],
});

export const callLegState = defineOperation({
  name: 'call.legState',
  summary: 'Report whether media flows; a leg that does not connect in time is given up',
  http: http('PUT', '/calls/{callId}/leg-state'),
  repeat: 'nature',
  input: closed({
    callId,
    deviceId,
    state: Type.Union([Type.Literal('connected'), Type.Literal('reconnecting')]),
  }),
  output: Call,
  errors: ['notFound', 'callOver'],
});

export const callGet = defineOperation({
  name: 'call.get',
  summary: 'One call, live or over',
  http: http('GET', '/calls/{callId}'),
  repeat: 'read',
  input: closed({ callId, deviceId }),
  output: Call,
  errors: ['notFound'],
});

export const callList = defineOperation({
  name: 'call.list',
  summary: 'The live calls that ring for the caller or that the caller is part of',
  http: http('GET', '/calls'),
  repeat: 'read',
  input: closed({ deviceId }),
  output: closed({ calls: Type.Array(Call) }),
  errors: [],
});

export const callHistory = defineOperation({
  name: 'call.history',
  summary: 'Calls that are over, the newest first, each once',
  http: http('GET', '/calls/history'),
  repeat: 'read',
  input: closed({
    conversationId: Type.Optional(Uuid('Only calls of this conversation')),
    limit: PageLimit(limits.callPageMax, limits.callPageDefault),
    after: Type.Optional(Cursor('nextPage of the page before')),
  }),
  output: closed({
    calls: Type.Array(Call),
    nextPage: Type.Optional(Cursor('Pass as `after` for the next page; absent on the last')),
  }),
  errors: ['notFound'],
});

export const rtcIceServers = defineOperation({
  name: 'rtc.iceServers',
  summary: 'STUN and TURN servers for a live call, with credentials that end with it',
  http: http('GET', '/rtc/ice-servers'),
  repeat: 'read',
  input: closed({ callId }),
  output: closed({
    iceServers: Type.Array(
      closed({
        urls: Type.Array(Type.String(), { minItems: 1 }),
        username: Type.Optional(Type.String()),
        credential: Type.Optional(Type.String()),
      }),
      { description: 'As RTCPeerConnection takes them; none where none are configured' },
    ),
    ttlMs: Counter('Until the credentials end; ask again before'),
  }),
  errors: ['notFound', 'callOver'],
});
