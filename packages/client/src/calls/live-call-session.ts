import type { Call, MediaState } from '@nova/protocol';
import { toClientError } from '../client-error.ts';
import type { Clock } from '../clock.ts';
import { Listeners } from '../listeners.ts';
import type { NovaClient } from '../nova-client.ts';
import { CallMedia } from './call-media.ts';
import type { CallEnd, LiveCall, LiveCallView } from './calls-api.ts';
import { IceServers } from './ice-servers.ts';
import { flowOf, legsOf, noMedia, peerViewOf, phaseOf, sameMedia } from './live-call-view.ts';
import type { LocalMedia, Platform } from './local-media.ts';
import { Mesh } from './mesh.ts';
import { Retries } from './retries.ts';
import type { Signal } from './signal-receiver.ts';
import { StateReporter } from './state-reporter.ts';

export interface LiveCallOptions {
  readonly nova: Pick<NovaClient, 'request'>;
  readonly platform: Platform;
  readonly clock: Clock;
  readonly iceTransportPolicy: RTCIceTransportPolicy;
  readonly qualityIntervalMs: number;
  /** Told once when the call is over for this device. */
  readonly onOver: () => void;
}

/** The call this device is in: what the service knows of it, and the connections of its mesh. */
export class LiveCallSession implements LiveCall {
  readonly id: string;
  readonly conversationId: string;
  readonly legId: string;
  readonly ended: Promise<CallEnd>;
  readonly #options: LiveCallOptions;
  readonly #listeners = new Listeners();
  readonly #local: LocalMedia;
  readonly #media: CallMedia;
  readonly #mesh: Mesh;
  readonly #flowReporter: StateReporter<'connected' | 'reconnecting'>;
  readonly #mediaReporter: StateReporter<MediaState>;
  readonly #retries: Retries;
  readonly #settleEnd: (end: CallEnd) => void;
  #call: Call;
  #end: CallEnd | null = null;
  #expiresAt: string | null = null;
  #resuming = false;
  #resumesFailed = 0;
  #leaving = false;
  #cancelMeasure: () => void = () => {};
  #view: LiveCallView | null = null;

  constructor(call: Call, legId: string, local: LocalMedia, options: LiveCallOptions) {
    this.id = call.id;
    this.conversationId = call.conversationId;
    this.legId = legId;
    this.#call = call;
    this.#local = local;
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<CallEnd>();
    this.ended = promise;
    this.#settleEnd = resolve;
    const { nova, clock, platform, iceTransportPolicy } = options;
    const { id: callId } = call;
    this.#retries = new Retries(clock);
    const ice = new IceServers(clock, () => nova.request('rtc.iceServers', { callId }));
    this.#flowReporter = new StateReporter({
      ...{ clock, told: null, same: Object.is },
      report: (state) =>
        nova.request('call.legState', { callId, state }).then((told) => this.take(told)),
    });
    this.#mesh = new Mesh({
      ...{ platform, clock, local, legId, iceTransportPolicy },
      iceServers: () => ice.get(),
      send: (signal) =>
        nova.request('call.signal', { callId, epoch: this.#ownLeg()?.epoch ?? 1, ...signal }),
      onGap: () => void this.resume(),
      onChange: () => this.#connectionsChanged(),
    });
    this.#media = new CallMedia(local, () => {
      this.#mesh.tracksChanged();
      this.#mediaChanged();
    });
    this.#mediaReporter = new StateReporter({
      ...{ clock, told: this.#ownLeg()?.media ?? noMedia, same: sameMedia },
      report: (media) =>
        nova.request('call.mediaState', { callId, ...media }).then((told) => this.take(told)),
    });
    this.#mesh.follow(call);
    this.#mediaChanged();
    this.#measureLater();
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  getSnapshot(): LiveCallView {
    this.#view ??= this.#look();
    return this.#view;
  }

  /** Takes a newer state of the call, from whichever event or reply. */
  take(call: Call): void {
    if (this.#end !== null || call.version < this.#call.version) return;
    const { legId: _, ...plain } = call;
    this.#call = plain;
    if (call.state === 'ended') {
      this.finish(call.endReason ?? 'hungUp');
      return;
    }
    this.#mesh.follow(call);
    this.#flowReporter.follow(flowOf(this.#mesh.peers));
    // The service has lost this leg's socket, and this device has one.
    if (this.#ownLeg()?.state === 'reconnecting' && this.#connected()) void this.resume();
    this.#changed();
  }

  receive(signal: Signal): void {
    if (this.#end === null) this.#mesh.receive(signal);
  }

  expiring(endsAt: string): void {
    this.#expiresAt = endsAt;
    this.#changed();
  }

  /** After the signaling was lost: binds the leg to the new socket and fetches what was missed. */
  async resume(): Promise<void> {
    if (this.#resuming || this.#end !== null) return;
    this.#resuming = true;
    this.#retries.clear();
    try {
      const received = this.#mesh.received();
      const input = { callId: this.id, legId: this.legId, received };
      const { call, signals } = await this.#options.nova.request('call.resume', input);
      this.#resumesFailed = 0;
      for (const signal of signals) this.receive(signal as Signal);
      this.#flowReporter.forget();
      this.take(call);
      this.#mesh.networkChanged();
      this.#mediaChanged();
    } catch (error) {
      await this.#lookAfter(error);
    } finally {
      this.#resuming = false;
    }
  }

  async hangUp(): Promise<void> {
    const verb = this.#call.state === 'ringing' ? 'call.cancel' : 'call.leave';
    await this.#quit(verb === 'call.cancel' && !this.#isCreator() ? 'call.leave' : verb);
  }

  async endForAll(): Promise<void> {
    const call = await this.#options.nova.request('call.end', { callId: this.id });
    this.finish(call.endReason ?? 'hostEnded');
  }

  setMicrophone(on: boolean): Promise<void> {
    return this.#media.setMicrophone(on);
  }

  setCamera(on: boolean): Promise<void> {
    return this.#media.setCamera(on);
  }

  useMicrophone(deviceId: string): Promise<void> {
    return this.#media.use('microphone', deviceId);
  }

  useCamera(deviceId: string): Promise<void> {
    return this.#media.use('camera', deviceId);
  }

  shareScreen(): Promise<void> {
    return this.#media.shareScreen();
  }

  async stopScreen(): Promise<void> {
    this.#media.stopScreen();
  }

  async setHold(on: boolean): Promise<void> {
    this.#mesh.silence(on);
    this.#media.setHold(on);
  }

  get over(): boolean {
    return this.#end !== null;
  }

  /** Lets go of everything; the first reason counts. */
  finish(end: CallEnd): void {
    if (this.#end !== null) return;
    this.#end = end;
    this.#cancelMeasure();
    this.#retries.close();
    this.#flowReporter.close();
    this.#mediaReporter.close();
    this.#mesh.close();
    this.#local.close();
    this.#changed();
    this.#settleEnd(end);
    this.#options.onOver();
  }

  async #quit(operation: 'call.cancel' | 'call.leave'): Promise<void> {
    if (this.#end !== null || this.#leaving) return;
    this.#leaving = true;
    // Nobody is seen or heard any more from this moment, whatever the network says.
    this.#local.close();
    this.#mesh.close();
    try {
      const call = await this.#options.nova.request(operation, { callId: this.id });
      this.#call = call;
      this.finish(call.endReason ?? 'left');
    } catch {
      this.finish('left');
    }
  }

  /** A leg that is refused is over: only the service can say why. What may yet succeed is repeated. */
  async #lookAfter(error: unknown): Promise<void> {
    const { code } = toClientError(error);
    const again = (): void => void this.resume();
    if (this.#retries.later(error, this.#resumesFailed, again)) this.#resumesFailed += 1;
    if (code !== 'callOver' && code !== 'notFound') return;
    try {
      const call = await this.#options.nova.request('call.get', { callId: this.id });
      this.take(call);
      if (call.legId !== this.legId) this.finish(call.legId ? 'replaced' : 'connectionLost');
    } catch {
      this.finish('connectionLost');
    }
  }

  #isCreator(): boolean {
    const creator = this.#call.participants.find(({ userId }) => userId === this.#call.createdBy);
    return creator?.legs.some(({ id }) => id === this.legId) ?? false;
  }

  #ownLeg() {
    return legsOf(this.#call).find(({ id }) => id === this.legId);
  }

  #connected(): boolean {
    return this.#mesh.peers.some(({ state }) => state === 'connected');
  }

  /** The others are told what they can no longer see or hear, and why. */
  #mediaChanged(): void {
    if (this.#end !== null || this.#leaving) return;
    this.#mediaReporter.follow(this.#media.state);
    this.#changed();
  }

  #connectionsChanged(): void {
    this.#flowReporter.follow(flowOf(this.#mesh.peers));
    this.#changed();
  }

  #measureLater(): void {
    const { clock, qualityIntervalMs } = this.#options;
    this.#cancelMeasure = clock.after(qualityIntervalMs, () => {
      void this.#mesh.measure().then(() => {
        if (this.#end !== null) return;
        if (this.#mesh.peers.length > 0) this.#changed();
        this.#measureLater();
      });
    });
  }

  #changed(): void {
    this.#view = null;
    this.#listeners.call();
  }

  #look(): LiveCallView {
    const { peers } = this.#mesh;
    return {
      phase: this.#end === null ? phaseOf(this.#call, this.legId, peers) : 'ended',
      call: this.#call,
      self: {
        legId: this.legId,
        stream: this.#local.stream,
        screen: this.#local.screen,
        media: this.#media.state,
      },
      peers: peers.map((peer) => peerViewOf(peer, legsOf(this.#call))),
      expiresAt: this.#expiresAt,
      end: this.#end,
    };
  }
}
