import { type Static, Type } from 'typebox';
import { limits } from '../limits.ts';
import { closed } from '../schemas.ts';

const nullable = <Schema extends Type.TSchema>(schema: Schema) =>
  Type.Optional(Type.Union([schema, Type.Null()]));

/** A session description as `RTCPeerConnection` takes and gives it (W3C webrtc §4.6). */
export const Description = closed({
  type: Type.Union([Type.Literal('offer'), Type.Literal('answer')]),
  sdp: Type.String({
    minLength: 1,
    maxLength: limits.sdpBytes,
    description: `SDP (RFC 8866), at most ${limits.sdpBytes} bytes`,
  }),
});
export type Description = Static<typeof Description>;

/** An ICE candidate in its JSON form (W3C webrtc §4.8); an empty one says that there are no more. */
export const Candidate = closed({
  candidate: Type.String({ maxLength: limits.candidateLength }),
  sdpMid: nullable(Type.String({ maxLength: 64 })),
  sdpMLineIndex: nullable(Type.Integer({ minimum: 0, maximum: 1_023 })),
  usernameFragment: nullable(Type.String({ maxLength: 256 })),
});
export type Candidate = Static<typeof Candidate>;

export const Candidates = Type.Array(Candidate, {
  minItems: 1,
  maxItems: limits.candidatesPerSignal,
});
