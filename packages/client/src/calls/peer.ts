import type { Clock } from '../clock.ts';
import { type LocalMedia, slots, trackKind } from './local-media.ts';
import { type Counts, type Quality, readQuality } from './quality.ts';
import { type Signal, SignalReceiver } from './signal-receiver.ts';
import { type Content, SignalSender } from './signal-sender.ts';

export interface PeerOptions {
  readonly userId: string;
  readonly legId: string;
  /** Yields when both offer at once, and waits for the other's first offer. */
  readonly polite: boolean;
  readonly connection: RTCPeerConnection;
  readonly clock: Clock;
  readonly local: LocalMedia;
  readonly mediaStream: new (tracks?: MediaStreamTrack[]) => MediaStream;
  readonly send: (content: Content & { readonly number: number }) => Promise<unknown>;
  readonly onGap: () => void;
  /** Fresh servers before a restart; the present ones go on where there are none. */
  readonly iceServers: () => Promise<readonly RTCIceServer[] | null>;
  readonly onChange: () => void;
}

export type PeerConnectionState = 'connecting' | 'connected' | 'reconnecting';

/** A connection may be silent for so long before its ways are looked for again. */
const restartAfterMs = 3_000;
const restartAgainMs = 5_000;
const connectWithinMs = 8_000;

/**
 * One connection of the mesh, negotiated as W3C webrtc-pc §10.7 has it ("perfect negotiation").
 * The three transceivers are made once and keep their order, so that switching devices, muting and
 * sharing a screen exchange tracks and negotiate nothing; only a restart of ICE makes a new offer.
 */
export class Peer {
  readonly userId: string;
  readonly legId: string;
  readonly #options: PeerOptions;
  readonly #connection: RTCPeerConnection;
  readonly #sender: SignalSender;
  readonly #receiver: SignalReceiver;
  #stream: MediaStream;
  #screen: MediaStream | null = null;
  #making = false;
  #settingAnswer = false;
  #work: Promise<void> = Promise.resolve();
  #cancelRestart: (() => void) | null = null;
  #wasConnected = false;
  #counts: Counts | null = null;
  #quality: Quality | null = null;
  #closed = false;

  constructor(options: PeerOptions) {
    this.userId = options.userId;
    this.legId = options.legId;
    this.#options = options;
    this.#connection = options.connection;
    this.#stream = new options.mediaStream();
    const { clock, send, onGap } = options;
    this.#sender = new SignalSender({ clock, send });
    this.#receiver = new SignalReceiver({
      clock,
      onSignal: (signal) => this.#enqueue(() => this.#take(signal)),
      onGap,
      onLost: () => this.#restart(),
    });
    const connection = this.#connection;
    connection.onnegotiationneeded = () => this.#enqueue(() => this.#offer());
    connection.onicecandidate = ({ candidate }) => this.#found(candidate);
    connection.ontrack = () => this.#heard();
    connection.onconnectionstatechange = () => this.#moved();
    connection.oniceconnectionstatechange = () => this.#moved();
  }

  /** The impolite side makes the transceivers, and with them the first offer. */
  start(): void {
    // An offer or an answer may be lost with the node that carried it.
    this.#restartLater(connectWithinMs);
    if (this.#options.polite) return;
    for (const slot of slots) {
      this.#connection.addTransceiver(trackKind(slot), { direction: 'sendrecv' });
    }
    this.tracksChanged();
  }

  get state(): PeerConnectionState {
    if (this.#connection.connectionState === 'connected') return 'connected';
    return this.#wasConnected ? 'reconnecting' : 'connecting';
  }

  get stream(): MediaStream {
    return this.#stream;
  }

  get screen(): MediaStream | null {
    return this.#screen;
  }

  get quality(): Quality | null {
    return this.#quality;
  }

  /** What was received from the other side, for `call.resume`. */
  get received(): number {
    return this.#receiver.last;
  }

  receive(signal: Signal): void {
    if (!this.#closed) this.#receiver.receive(signal);
  }

  /** Sends what this device has now, without a negotiation. */
  tracksChanged(): void {
    for (const [index, slot] of slots.entries()) {
      const transceiver = this.#connection.getTransceivers()[index];
      const track = this.#options.local.track(slot);
      if (transceiver === undefined || transceiver.sender.track === track) continue;
      transceiver.sender.replaceTrack(track).catch(() => {});
    }
  }

  /** Plays nothing of the other side while the call is on hold. */
  silence(silent: boolean): void {
    for (const { receiver } of this.#connection.getTransceivers()) {
      receiver.track.enabled = !silent;
    }
  }

  /** The network may be another one: look for ways again, unless media still flows. */
  networkChanged(): void {
    if (this.#connection.connectionState !== 'connected') this.#restart();
  }

  async measure(): Promise<void> {
    if (this.#connection.connectionState !== 'connected') return;
    const report = await this.#connection.getStats();
    if (this.#closed) return;
    const looked = readQuality(report.values(), this.#options.clock.now(), this.#counts);
    this.#counts = looked.counts;
    this.#quality = looked.quality;
  }

  close(): void {
    this.#closed = true;
    this.#cancelRestart?.();
    this.#cancelRestart = null;
    this.#sender.close();
    this.#receiver.close();
    const connection = this.#connection;
    connection.onnegotiationneeded = null;
    connection.onicecandidate = null;
    connection.ontrack = null;
    connection.onconnectionstatechange = null;
    connection.oniceconnectionstatechange = null;
    connection.close();
  }

  /** One step after the other: what a step changes decides what the next may do. */
  #enqueue(step: () => Promise<void>): void {
    this.#work = this.#work
      .then(() => (this.#closed ? undefined : step()))
      .catch(() => this.#restartLater(restartAgainMs));
  }

  async #offer(): Promise<void> {
    // The other side has offered in the meantime, and its answer carried this too.
    if (this.#connection.signalingState !== 'stable') return;
    try {
      this.#making = true;
      await this.#connection.setLocalDescription();
      this.#describe();
    } finally {
      this.#making = false;
    }
  }

  #describe(): void {
    const description = this.#connection.localDescription;
    if (description === null || this.#closed) return;
    const { type, sdp } = description;
    if (type === 'offer' || type === 'answer') this.#sender.description({ type, sdp });
  }

  async #take({ description, candidates }: Signal): Promise<void> {
    if (description !== undefined) await this.#takeDescription(description);
    for (const candidate of candidates ?? []) await this.#takeCandidate(candidate);
  }

  async #takeDescription(description: NonNullable<Signal['description']>): Promise<void> {
    const connection = this.#connection;
    const ready = !this.#making && (connection.signalingState === 'stable' || this.#settingAnswer);
    const collision = description.type === 'offer' && !ready;
    if (collision && !this.#options.polite) return;
    // An answer to an offer that was taken back.
    if (description.type === 'answer' && connection.signalingState === 'stable') return;
    this.#settingAnswer = description.type === 'answer';
    try {
      await connection.setRemoteDescription(description);
    } finally {
      this.#settingAnswer = false;
    }
    if (description.type !== 'offer') return;
    for (const transceiver of connection.getTransceivers()) transceiver.direction = 'sendrecv';
    this.tracksChanged();
    await connection.setLocalDescription();
    this.#describe();
  }

  async #takeCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    // Candidates of an offer that was ignored fit nothing; one that is broken spoils no other.
    await this.#connection.addIceCandidate(candidate).catch(() => {});
  }

  #found(candidate: RTCIceCandidate | null): void {
    if (candidate === null) {
      this.#sender.candidate({ candidate: '' });
      return;
    }
    const { sdpMid, sdpMLineIndex, usernameFragment } = candidate;
    // An empty one ends a generation; that all of them ended is said once, above.
    if (candidate.candidate === '') return;
    this.#sender.candidate({
      candidate: candidate.candidate,
      sdpMid,
      sdpMLineIndex,
      usernameFragment,
    });
  }

  #heard(): void {
    const tracks = this.#connection.getTransceivers().map(({ receiver }) => receiver.track);
    const [microphone, camera, screen] = tracks;
    const own = [microphone, camera].filter((track) => track !== undefined);
    this.#stream = new this.#options.mediaStream(own);
    this.#screen = screen === undefined ? null : new this.#options.mediaStream([screen]);
    this.#options.onChange();
  }

  #moved(): void {
    const { connectionState, iceConnectionState } = this.#connection;
    if (connectionState === 'connected') {
      this.#wasConnected = true;
      this.#cancelRestart?.();
      this.#cancelRestart = null;
    } else if (iceConnectionState === 'failed' || connectionState === 'failed') {
      this.#restart();
    } else if (iceConnectionState === 'disconnected') {
      this.#restartLater(restartAfterMs);
    }
    this.#options.onChange();
  }

  #restartLater(delayMs: number): void {
    if (this.#closed) return;
    this.#cancelRestart ??= this.#options.clock.after(delayMs, () => {
      this.#cancelRestart = null;
      if (this.#connection.connectionState !== 'connected') this.#restart();
    });
  }

  /** A new offer with new credentials of ICE (RFC 8839 §4.4.1); tried again while it does not help. */
  #restart(): void {
    this.#cancelRestart?.();
    this.#cancelRestart = null;
    if (this.#closed) return;
    this.#enqueue(async () => {
      const iceServers = await this.#options.iceServers().catch(() => null);
      if (this.#closed) return;
      if (this.#connection.signalingState === 'have-local-offer') {
        this.#describe();
        return;
      }
      if (iceServers !== null) {
        const configuration = this.#connection.getConfiguration();
        this.#connection.setConfiguration({ ...configuration, iceServers: [...iceServers] });
      }
      this.#connection.restartIce();
    });
    this.#restartLater(restartAgainMs);
  }
}
