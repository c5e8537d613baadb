import type { Call } from '@nova/protocol';
import type { Clock } from '../clock.ts';
import type { LocalMedia, Platform } from './local-media.ts';
import { Peer } from './peer.ts';
import type { Signal } from './signal-receiver.ts';
import type { Content } from './signal-sender.ts';

export interface MeshOptions {
  readonly platform: Platform;
  readonly clock: Clock;
  readonly local: LocalMedia;
  readonly legId: string;
  readonly iceTransportPolicy: RTCIceTransportPolicy;
  readonly iceServers: () => Promise<readonly RTCIceServer[]>;
  readonly send: (
    signal: Content & { readonly toLegId: string; readonly number: number },
  ) => Promise<unknown>;
  readonly onGap: () => void;
  readonly onChange: () => void;
}

/** Signals that may come before the change that says who sends them. */
const earlyMax = 128;

/** A connection for each other leg of the call. */
export class Mesh {
  readonly #options: MeshOptions;
  readonly #peers = new Map<string, Peer>();
  readonly #gone = new Set<string>();
  #early: Signal[] = [];
  #iceServers: readonly RTCIceServer[] | null = null;
  #wanted: ReadonlyMap<string, string> = new Map();
  #silent = false;
  #closed = false;

  constructor(options: MeshOptions) {
    this.#options = options;
    void options.iceServers().then((servers) => {
      this.#iceServers = servers;
      this.#reconcile();
    });
  }

  get peers(): readonly Peer[] {
    return [...this.#peers.values()];
  }

  /** Opens connections to legs that came and closes those to legs that went. */
  follow(call: Call): void {
    this.#wanted = new Map(
      call.participants.flatMap(({ userId, legs }) =>
        legs.filter(({ id }) => id !== this.#options.legId).map(({ id }) => [id, userId]),
      ),
    );
    this.#reconcile();
  }

  receive(signal: Signal): void {
    if (signal.toLegId !== this.#options.legId || this.#gone.has(signal.fromLegId)) return;
    const peer = this.#peers.get(signal.fromLegId);
    if (peer !== undefined) peer.receive(signal);
    else if (this.#early.length < earlyMax) this.#early.push(signal);
  }

  /** What came from each leg, for `call.resume`. */
  received(): { readonly fromLegId: string; readonly number: number }[] {
    return this.peers.map(({ legId, received }) => ({ fromLegId: legId, number: received }));
  }

  tracksChanged(): void {
    for (const peer of this.#peers.values()) peer.tracksChanged();
  }

  silence(silent: boolean): void {
    this.#silent = silent;
    for (const peer of this.#peers.values()) peer.silence(silent);
  }

  networkChanged(): void {
    for (const peer of this.#peers.values()) peer.networkChanged();
  }

  async measure(): Promise<void> {
    await Promise.all(this.peers.map((peer) => peer.measure().catch(() => {})));
  }

  close(): void {
    this.#closed = true;
    for (const peer of this.#peers.values()) peer.close();
    this.#peers.clear();
    this.#early = [];
  }

  #reconcile(): void {
    for (const [legId, peer] of this.#peers) {
      if (this.#wanted.has(legId)) continue;
      peer.close();
      this.#peers.delete(legId);
      this.#gone.add(legId);
    }
    if (this.#closed || this.#iceServers === null) return;
    for (const [legId, userId] of this.#wanted) {
      if (!this.#peers.has(legId)) this.#open(legId, userId, this.#iceServers);
    }
  }

  #open(legId: string, userId: string, iceServers: readonly RTCIceServer[]): void {
    const { platform, iceTransportPolicy, send, legId: ownLegId } = this.#options;
    const configuration = { iceServers: [...iceServers], iceTransportPolicy };
    const peer = new Peer({
      ...this.#options,
      mediaStream: platform.mediaStream,
      userId,
      legId,
      // Both sides compute it alike from what both know.
      polite: ownLegId > legId,
      connection: new platform.peerConnection(configuration),
      send: (content) => send({ ...content, toLegId: legId }),
      onChange: () => {
        if (this.#silent) peer.silence(true);
        this.#options.onChange();
      },
    });
    this.#peers.set(legId, peer);
    peer.start();
    const early = this.#early.filter(({ fromLegId }) => fromLegId === legId);
    this.#early = this.#early.filter(({ fromLegId }) => fromLegId !== legId);
    for (const signal of early) peer.receive(signal);
  }
}
