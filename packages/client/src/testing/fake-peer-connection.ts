import { FakeTrack } from './fake-media.ts';

interface Said {
  readonly from: number;
  readonly generation: number;
  readonly kinds: readonly ('audio' | 'video')[];
}

interface FakeTransceiver {
  readonly kind: 'audio' | 'video';
  direction: string;
  readonly sender: {
    track: FakeTrack | null;
    replaceTrack(track: FakeTrack | null): Promise<void>;
  };
  readonly receiver: { readonly track: FakeTrack };
}

/** What connections reach each other over. */
export class FakeNetwork {
  readonly connections = new Map<number, FakePeerConnection>();
  #up = true;

  /** The constructor to hand to the SDK. */
  get peerConnection(): unknown {
    const open = (configuration?: RTCConfiguration) => new FakePeerConnection(this, configuration);
    return class {
      constructor(configuration?: RTCConfiguration) {
        // biome-ignore lint/correctness/noConstructorReturn: the SDK must be given this object.
        return open(configuration);
      }
    };
  }

  get open(): readonly FakePeerConnection[] {
    return [...this.connections.values()].filter(({ closed }) => !closed);
  }

  get up(): boolean {
    return this.#up;
  }

  cut(): void {
    this.#up = false;
    for (const connection of this.open) connection.lose();
  }

  mend(): void {
    this.#up = true;
  }
}

let last = 0;
const sdpOf = (said: Said): string =>
  `v=0\r\no=- ${said.from} ${said.generation} IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=fake:${JSON.stringify(said)}\r\n`;
const readSdp = (sdp: string): Said => JSON.parse(/a=fake:(.*)\r\n/.exec(sdp)?.[1] ?? '{}') as Said;

/**
 * The states of an RTCPeerConnection (W3C webrtc-pc §4.3) without media: rollback, negotiationneeded
 * after `stable`, candidates after a local description, connected once both sides agree.
 */
export class FakePeerConnection {
  readonly id = ++last;
  readonly #network: FakeNetwork;
  readonly transceivers: FakeTransceiver[] = [];
  readonly candidates: RTCIceCandidateInit[] = [];
  configuration: RTCConfiguration;
  signalingState: RTCSignalingState = 'stable';
  connectionState: RTCPeerConnectionState = 'new';
  iceConnectionState: RTCIceConnectionState = 'new';
  localDescription: { readonly type: 'offer' | 'answer'; readonly sdp: string } | null = null;
  closed = false;
  offers = 0;
  generation = 0;
  #remote: Said | null = null;
  #needed = false;
  onnegotiationneeded: (() => void) | null = null;
  onicecandidate: ((event: { candidate: RTCIceCandidateInit | null }) => void) | null = null;
  ontrack: (() => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  oniceconnectionstatechange: (() => void) | null = null;

  constructor(network: FakeNetwork, configuration: RTCConfiguration = {}) {
    this.#network = network;
    this.configuration = configuration;
    network.connections.set(this.id, this);
  }

  getTransceivers(): FakeTransceiver[] {
    return this.transceivers;
  }

  addTransceiver(kind: 'audio' | 'video', { direction }: { direction: string }): void {
    this.transceivers.push(transceiver(kind, direction));
    this.#need();
  }

  getConfiguration(): RTCConfiguration {
    return this.configuration;
  }

  setConfiguration(configuration: RTCConfiguration): void {
    this.configuration = configuration;
  }

  restartIce(): void {
    if (this.#remote !== null || this.transceivers.length > 0) this.#need();
  }

  async setLocalDescription(): Promise<void> {
    await Promise.resolve();
    if (this.closed) throw new Error('closed');
    const type = this.signalingState === 'have-remote-offer' ? 'answer' : 'offer';
    if (type === 'offer') {
      this.offers += 1;
      this.generation += 1;
      this.signalingState = 'have-local-offer';
      this.#needed = false;
    } else {
      this.generation = this.#remote?.generation ?? 0;
      this.signalingState = 'stable';
    }
    const kinds = this.transceivers.map(({ kind }) => kind);
    const said = { from: this.id, generation: this.generation, kinds };
    this.localDescription = { type, sdp: sdpOf(said) };
    // A task, as in a browser: whoever awaits the description goes on before.
    setImmediate(() => this.#gather());
    this.#settle();
  }

  async setRemoteDescription({ type, sdp }: RTCSessionDescriptionInit): Promise<void> {
    await Promise.resolve();
    if (this.closed) throw new Error('closed');
    const said = readSdp(sdp ?? '');
    if (type === 'answer') {
      if (this.signalingState !== 'have-local-offer') throw new Error('no offer to answer');
      this.signalingState = 'stable';
    } else {
      // Implicit rollback of an own offer: it has to be made again.
      if (this.signalingState === 'have-local-offer') this.#needed = true;
      this.signalingState = 'have-remote-offer';
      for (const kind of said.kinds.slice(this.transceivers.length)) {
        this.transceivers.push(transceiver(kind, 'recvonly'));
      }
    }
    this.#remote = said;
    this.ontrack?.();
    this.#settle();
  }

  async addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    if (this.#remote === null) throw new Error('no remote description');
    this.candidates.push(candidate);
  }

  async getStats(): Promise<Map<string, unknown>> {
    return new Map([['in', { id: 'in', type: 'inbound-rtp', kind: 'video', framesDecoded: 1 }]]);
  }

  lose(): void {
    if (this.connectionState !== 'connected') return;
    this.#move('disconnected', 'disconnected');
  }

  close(): void {
    this.closed = true;
    this.signalingState = 'closed';
    this.connectionState = 'closed';
  }

  #need(): void {
    this.#needed = true;
    queueMicrotask(() => this.#ask());
  }

  #ask(): void {
    if (!this.#needed || this.closed || this.signalingState !== 'stable') return;
    this.#needed = false;
    this.onnegotiationneeded?.();
  }

  #gather(): void {
    for (const port of [1, 2]) {
      const candidate = `candidate:${port} 1 udp 1 127.0.0.1 ${port} typ host`;
      this.onicecandidate?.({ candidate: { candidate, sdpMid: '0', sdpMLineIndex: 0 } });
    }
    this.onicecandidate?.({ candidate: null });
  }

  #settle(): void {
    if (this.signalingState !== 'stable') return;
    queueMicrotask(() => this.#ask());
    const other = this.#network.connections.get(this.#remote?.from ?? 0);
    if (other === undefined || !this.#network.up || !this.#agrees(other)) return;
    for (const side of [this, other]) side.#move('connected', 'connected');
  }

  #agrees(other: FakePeerConnection): boolean {
    const stable = other.signalingState === 'stable' && !other.closed;
    return stable && other.#remote?.from === this.id && other.generation === this.generation;
  }

  #move(connection: RTCPeerConnectionState, ice: RTCIceConnectionState): void {
    this.connectionState = connection;
    this.iceConnectionState = ice;
    this.oniceconnectionstatechange?.();
    this.onconnectionstatechange?.();
  }
}

function transceiver(kind: 'audio' | 'video', direction: string): FakeTransceiver {
  const sender = {
    track: null as FakeTrack | null,
    async replaceTrack(track: FakeTrack | null) {
      sender.track = track;
    },
  };
  return { kind, direction, sender, receiver: { track: new FakeTrack(kind, 'remote') } };
}
