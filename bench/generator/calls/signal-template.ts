import type { Dialect } from '../dialects/dialect.ts';
import { clientFrames } from '../frame-writer.ts';
import { firstRequestId } from '../message-template.ts';

const uuidPlace = '00000000-0000-7000-8000-000000000000';
const legPlace = '11111111-1111-7111-8111-111111111111';
const numberPlace = 9;
const clockDigits = 15;
const clockPlace = '9'.repeat(clockDigits);
/** Stands before the time at which a signal left, in a description and in a candidate alike. */
export const clockMark = 'ufrag 4ZcD ';

/** What a browser says of one audio and one video track, with the codecs it has. */
const sdpLines = [
  'v=0',
  `o=- 4611731400430051336 2 IN IP4 127.0.0.1`,
  's=-',
  't=0 0',
  `a=x-sent:${clockMark}${clockPlace}`,
  ...['audio', 'video'].flatMap((kind, index) => [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100 101 102 103 104 105 106 107 108 109`,
    'c=IN IP4 0.0.0.0',
    'a=ice-ufrag:4ZcD',
    'a=ice-pwd:2/1muCWoOi3uLifh0NuRHlLq',
    `a=fingerprint:sha-256 ${'75:74:5A:A6:A4:E5:52:F4'.concat(':A7'.repeat(24))}`,
    'a=setup:actpass',
    `a=mid:${index}`,
    ...Array.from({ length: 14 }, (_, codec) => `a=rtpmap:${96 + codec} codec-${codec}/90000`),
    ...Array.from({ length: 14 }, (_, codec) => `a=rtcp-fb:${96 + codec} nack pli`),
    `a=ssrc:1001 cname:4TOk42mSjXCkVIa6`,
  ]),
];

const candidate = (port: number, clock: string): object => ({
  candidate: `candidate:842163049 1 udp 1677729535 203.0.113.7 ${port} typ srflx raddr 10.0.0.7 rport 46154 generation 0 ${clockMark}${clock}`,
  sdpMid: '0',
  sdpMLineIndex: 0,
});

export const description = (type: 'offer' | 'answer'): object => ({
  description: { type, sdp: `${sdpLines.join('\r\n')}\r\n` },
});
export const candidateBatch = (): object => ({
  candidates: [candidate(40_001, clockPlace), candidate(40_002, clockPlace)],
});

/** A `call.signal` frame whose ids, number and time are written into their places. */
export class SignalTemplate {
  readonly #frame: Buffer;
  readonly #places: Readonly<Record<'request' | 'call' | 'leg' | 'number', number>>;
  readonly #clockAt: number;

  constructor(dialect: Dialect, content: object) {
    const data = { callId: uuidPlace, toLegId: legPlace, number: numberPlace, ...content };
    this.#frame = clientFrames(dialect.request(firstRequestId, 'call.signal', data));
    const numberField = '"number":';
    this.#places = {
      request: this.#frame.indexOf(String(firstRequestId)),
      call: this.#frame.indexOf(uuidPlace),
      leg: this.#frame.indexOf(legPlace),
      number: this.#frame.indexOf(numberField) + numberField.length,
    };
    this.#clockAt = this.#frame.indexOf(clockPlace);
  }

  /** `number` has one digit. */
  frame(requestId: number, callId: string, toLegId: string, number: number, sentAtMicros: number) {
    const frame = Buffer.from(this.#frame);
    frame.write(String(requestId), this.#places.request, 'latin1');
    frame.write(callId, this.#places.call, 'latin1');
    frame.write(toLegId, this.#places.leg, 'latin1');
    frame.write(String(number), this.#places.number, 'latin1');
    frame.write(String(sentAtMicros).padStart(clockDigits, '0'), this.#clockAt, 'latin1');
    return frame;
  }
}
