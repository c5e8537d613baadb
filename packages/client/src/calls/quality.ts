/** How a connection did between two looks at its statistics. */
export interface Quality {
  /** `good`: nobody notices; `fair`: now and then; `poor`: hard to follow. */
  readonly level: 'good' | 'fair' | 'poor';
  readonly roundTripMs: number | null;
  readonly jitterMs: number | null;
  /** Of the packets that should have come, from 0 to 1. */
  readonly lostShare: number;
  readonly receivedBitsPerSecond: number;
  readonly sentBitsPerSecond: number;
  readonly framesPerSecond: number | null;
  readonly frameWidth: number | null;
  readonly frameHeight: number | null;
  /** Decoded since the connection began: grows while a picture arrives. */
  readonly framesDecoded: number;
  /** Whether media goes through a TURN server. */
  readonly relayed: boolean;
}

/** The sums of one look, kept for the difference to the next. */
export interface Counts {
  readonly atMs: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
}

/** The members of webrtc-stats that are read; a browser may leave out any of them. */
interface Stat {
  readonly id: string;
  readonly type: string;
  readonly kind?: string;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
  readonly jitter?: number;
  readonly framesDecoded?: number;
  readonly framesPerSecond?: number;
  readonly frameWidth?: number;
  readonly frameHeight?: number;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly currentRoundTripTime?: number;
  readonly bytesReceived?: number;
  readonly bytesSent?: number;
  readonly localCandidateId?: string;
  readonly candidateType?: string;
}

const sum = (stats: readonly Stat[], read: (stat: Stat) => number | undefined): number =>
  stats.reduce((total, stat) => total + (read(stat) ?? 0), 0);

const milliseconds = (seconds: number | undefined): number | null =>
  seconds === undefined ? null : Math.round(seconds * 1_000);

/** Figures from what `getStats` returned (W3C webrtc-stats), against the sums of the look before. */
export function readQuality(
  report: Iterable<unknown>,
  atMs: number,
  before: Counts | null,
): { readonly quality: Quality; readonly counts: Counts } {
  const stats = [...report] as readonly Stat[];
  const inbound = stats.filter(({ type }) => type === 'inbound-rtp');
  const pictures = inbound.filter(({ kind }) => kind === 'video');
  const picture = pictures.toSorted((a, b) => (b.framesDecoded ?? 0) - (a.framesDecoded ?? 0))[0];
  const pair = stats.find(
    ({ type, nominated, state }) =>
      type === 'candidate-pair' && nominated === true && state !== 'failed',
  );
  const local = stats.find(({ id }) => id === pair?.localCandidateId);
  const counts: Counts = {
    atMs,
    packetsReceived: sum(inbound, (stat) => stat.packetsReceived),
    packetsLost: sum(inbound, (stat) => stat.packetsLost),
    bytesReceived: pair?.bytesReceived ?? 0,
    bytesSent: pair?.bytesSent ?? 0,
  };
  const lostShare = shareLost(counts, before);
  const roundTripMs = milliseconds(pair?.currentRoundTripTime);
  return {
    counts,
    quality: {
      level: levelOf(lostShare, roundTripMs),
      roundTripMs,
      jitterMs: milliseconds(inbound.find(({ kind }) => kind === 'audio')?.jitter),
      lostShare,
      receivedBitsPerSecond: bitRate(counts, before, 'bytesReceived'),
      sentBitsPerSecond: bitRate(counts, before, 'bytesSent'),
      framesPerSecond: picture?.framesPerSecond ?? null,
      frameWidth: picture?.frameWidth ?? null,
      frameHeight: picture?.frameHeight ?? null,
      framesDecoded: sum(pictures, (stat) => stat.framesDecoded),
      relayed: local?.candidateType === 'relay',
    },
  };
}

function shareLost(now: Counts, before: Counts | null): number {
  const lost = Math.max(0, now.packetsLost - (before?.packetsLost ?? 0));
  const expected = lost + Math.max(0, now.packetsReceived - (before?.packetsReceived ?? 0));
  return expected === 0 ? 0 : lost / expected;
}

function bitRate(now: Counts, before: Counts | null, key: 'bytesReceived' | 'bytesSent'): number {
  if (before === null || now.atMs <= before.atMs) return 0;
  const bytes = Math.max(0, now[key] - before[key]);
  return Math.round((bytes * 8_000) / (now.atMs - before.atMs));
}

/** Speech suffers from about 5 % of loss and 300 ms of round trip on (ITU-T G.114 and practice). */
function levelOf(lostShare: number, roundTripMs: number | null): Quality['level'] {
  if (lostShare > 0.08 || (roundTripMs ?? 0) > 500) return 'poor';
  return lostShare > 0.02 || (roundTripMs ?? 0) > 250 ? 'fair' : 'good';
}
