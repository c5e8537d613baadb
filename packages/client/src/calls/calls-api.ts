/**
 * What an application sees of calls. `createCalls(nova)` returns a `Calls`; an application that
 * does not import it does not carry it. Views are immutable: a new object after every change, so
 * that `useSyncExternalStore` takes `subscribe` and `getSnapshot` as they are.
 */
import type { Call, CallEndReason, CallKind, MediaState } from '@nova/protocol';
import type { Observable } from '../listeners.ts';
import type { Input, Output } from '../requests/requests.ts';
import type { Quality } from './quality.ts';

/** What this device sends at the start: constraints choose a device, `false` sends nothing. */
export interface MediaChoice {
  readonly microphone?: boolean | MediaTrackConstraints;
  readonly camera?: boolean | MediaTrackConstraints;
}

export interface StartOptions extends MediaChoice {
  /** `video` when absent; an audio call asks for no camera. */
  readonly kind?: CallKind;
}

/**
 * Where a call of this device stands. `ringing`: nobody has answered; `connecting`: media is on its
 * way; `reconnecting`: the network or the service was lost and is being looked for again.
 */
export type CallPhase = 'ringing' | 'connecting' | 'active' | 'reconnecting' | 'ended';

export interface Calls extends Observable<CallsView> {
  /** Told once for every call that begins to ring on this device. */
  onIncoming(listener: (incoming: IncomingCall) => void): () => void;
  /**
   * Rings the other members; joins the call of the conversation if it has one. Rejects with
   * `callBusy`, `callFull`, `notFound`, `rateLimited`, or `mediaDenied` when microphone or camera
   * were refused: nobody has been rung then.
   */
  start(conversationId: string, options?: StartOptions): Promise<LiveCall>;
  /** Joins a live call that does not ring here: one of a group, or one of an earlier page. */
  join(callId: string, media?: MediaChoice): Promise<LiveCall>;
  /** Calls that are over, the newest first. */
  history(input?: Input<'call.history'>): Promise<Output<'call.history'>>;
  /** Leaves the call of this device and forgets everything. */
  close(): void;
}

export interface CallsView {
  /** Calls that ring on this device, the oldest first. */
  readonly incoming: readonly IncomingCall[];
  /** The call this device is in; stays for its last view (`ended`) until the next call. */
  readonly current: LiveCall | null;
  /** Live calls of the user's conversations that this device is not in and that do not ring here. */
  readonly joinable: readonly Call[];
}

/** A call that rings here. It disappears by itself when it is answered, declined or cancelled. */
export interface IncomingCall {
  readonly id: string;
  readonly call: Call;
  readonly conversationId: string;
  readonly kind: CallKind;
  /** The user id of who calls. */
  readonly from: string;
  /** Why it stopped ringing, once it has. */
  readonly over: Promise<RingEnd>;
  accept(media?: MediaChoice): Promise<LiveCall>;
  /** Stops ringing on all devices of the user. */
  decline(): Promise<void>;
}

export type RingEnd = 'accepted' | 'answeredElsewhere' | 'declined' | CallEndReason;

/** The call this device is in. */
export interface LiveCall extends Observable<LiveCallView> {
  readonly id: string;
  readonly conversationId: string;
  /** Resolves with the reason when the call is over for this device. */
  readonly ended: Promise<CallEnd>;
  /** Hangs up: takes the call back while it rings, ends a call of two, leaves one of more. */
  hangUp(): Promise<void>;
  /** Ends the call for everybody; `forbidden` for who may not. */
  endForAll(): Promise<void>;
  setMicrophone(on: boolean): Promise<void>;
  /** Asks for the camera where the call began without one. */
  setCamera(on: boolean): Promise<void>;
  /**
   * Another microphone or camera, by `MediaDeviceInfo.deviceId`, without a new negotiation; one that
   * is off is used once it is turned on.
   */
  useMicrophone(deviceId: string): Promise<void>;
  useCamera(deviceId: string): Promise<void>;
  /** Asks for a screen or window and shows it beside the camera; ends with the browser's own button. */
  shareScreen(): Promise<void>;
  stopScreen(): Promise<void>;
  /** Sends and plays nothing until taken off hold. */
  setHold(on: boolean): Promise<void>;
}

/** `left`: this device hung up of its own and the call may go on; `replaced`: another device took over. */
export type CallEnd = CallEndReason | 'left' | 'replaced';

export interface LiveCallView {
  readonly phase: CallPhase;
  /** The newest state of the call as the service has it. */
  readonly call: Call;
  readonly self: SelfView;
  /** The other devices in the call, in the order in which they joined. */
  readonly peers: readonly PeerView[];
  /** When the service will end the call for its length, once that is near. */
  readonly expiresAt: string | null;
  readonly end: CallEnd | null;
}

export interface SelfView {
  readonly legId: string;
  /** Camera and microphone: for the self view, muted. */
  readonly stream: MediaStream;
  readonly screen: MediaStream | null;
  readonly media: MediaState;
}

export interface PeerView {
  readonly userId: string;
  readonly legId: string;
  /** Camera and microphone of the other side; empty until something arrives. */
  readonly stream: MediaStream;
  readonly screen: MediaStream | null;
  readonly media: MediaState;
  readonly connection: 'connecting' | 'connected' | 'reconnecting';
  /** Figures of the last seconds; null until there are some. */
  readonly quality: Quality | null;
}

export interface CallsOptions {
  /** Where `RTCPeerConnection` and `navigator.mediaDevices` are not the global ones. */
  readonly peerConnection?: new (
    configuration?: RTCConfiguration,
  ) => RTCPeerConnection;
  readonly mediaDevices?: Pick<MediaDevices, 'getUserMedia' | 'getDisplayMedia'>;
  readonly mediaStream?: new (tracks?: MediaStreamTrack[]) => MediaStream;
  /** `relay`: only through TURN, which hides the addresses of the two sides from each other. */
  readonly iceTransportPolicy?: RTCIceTransportPolicy;
  /** How often figures are taken; 2,000 when absent. */
  readonly qualityIntervalMs?: number;
}
