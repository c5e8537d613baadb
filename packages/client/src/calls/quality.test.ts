import { expect, test } from 'vitest';
import { readQuality } from './quality.ts';

const look = (packets: number, lost: number, bytes: number, seconds = 0.04) => [
  {
    id: 'v',
    type: 'inbound-rtp',
    kind: 'video',
    packetsReceived: packets,
    packetsLost: lost,
    framesDecoded: 30,
    framesPerSecond: 25,
    frameWidth: 640,
    frameHeight: 480,
  },
  {
    id: 's',
    type: 'inbound-rtp',
    kind: 'video',
    packetsReceived: 0,
    packetsLost: 0,
    framesDecoded: 0,
  },
  {
    id: 'a',
    type: 'inbound-rtp',
    kind: 'audio',
    packetsReceived: 0,
    packetsLost: 0,
    jitter: 0.003,
  },
  { id: 'old', type: 'candidate-pair', nominated: true, state: 'failed', bytesSent: 1e9 },
  {
    id: 'p',
    type: 'candidate-pair',
    nominated: true,
    state: 'succeeded',
    currentRoundTripTime: seconds,
    bytesReceived: bytes,
    bytesSent: bytes / 2,
    localCandidateId: 'l',
  },
  { id: 'l', type: 'local-candidate', candidateType: 'relay' },
];

test('figures are those of the time between two looks', () => {
  const first = readQuality(look(100, 0, 10_000), 1_000, null);
  expect(first.quality).toMatchObject({ receivedBitsPerSecond: 0, lostShare: 0, level: 'good' });
  const { quality } = readQuality(look(190, 10, 260_000), 3_000, first.counts);
  expect(quality).toEqual({
    level: 'poor',
    roundTripMs: 40,
    jitterMs: 3,
    lostShare: 0.1,
    receivedBitsPerSecond: 1_000_000,
    sentBitsPerSecond: 500_000,
    framesPerSecond: 25,
    frameWidth: 640,
    frameHeight: 480,
    framesDecoded: 30,
    relayed: true,
  });
});

test.each([
  ['good', 0, 0.04],
  ['fair', 5, 0.04],
  ['fair', 0, 0.3],
  ['poor', 20, 0.04],
  ['poor', 0, 0.6],
] as const)('%s with %i of a hundred lost and %f s of round trip', (level, lost, seconds) => {
  expect(readQuality(look(100 - lost, lost, 0, seconds), 1_000, null).quality.level).toBe(level);
});

test('a browser that tells nothing yet makes no figures up', () => {
  expect(readQuality([], 1_000, null).quality).toMatchObject({
    roundTripMs: null,
    framesPerSecond: null,
    framesDecoded: 0,
    relayed: false,
  });
});
