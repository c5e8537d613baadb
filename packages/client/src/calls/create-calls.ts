import type { Call, CallEndReason, EventPayload, ServerEvent } from '@nova/protocol';
import { type Clock, systemClock } from '../clock.ts';
import { Listeners } from '../listeners.ts';
import type { NovaClient } from '../nova-client.ts';
import type { Input, Output } from '../requests/requests.ts';
import type {
  CallEnd,
  Calls,
  CallsOptions,
  CallsView,
  IncomingCall,
  LiveCall,
  MediaChoice,
  StartOptions,
} from './calls-api.ts';
import { LiveCallSession } from './live-call-session.ts';
import { LocalMedia, type Platform, platformOf } from './local-media.ts';
import { Retries } from './retries.ts';
import { Ring } from './ring.ts';

type Nova = Pick<NovaClient, 'request' | 'onEvent' | 'connection' | 'userId' | 'deviceId'>;

const legEnds: Readonly<Record<EventPayload<'call.legEnded'>['reason'], CallEnd>> = {
  answeredElsewhere: 'replaced',
  declined: 'left',
  left: 'left',
  replaced: 'replaced',
  lost: 'connectionLost',
  removed: 'left',
};

const qualityIntervalMs = 2_000;
/** Media flows without the service, but not for ever, and nobody can hang up meanwhile. */
const longestWaitInCallMs = 5_000;

/** Calls of the client's user on this device. Begin with it before the client connects. */
export const createCalls = (
  nova: Nova,
  options: CallsOptions & { readonly clock?: Clock } = {},
): Calls => new CallBoard(nova, options);

class CallBoard implements Calls {
  readonly #nova: Nova;
  readonly #options: CallsOptions;
  readonly #clock: Clock;
  readonly #listeners = new Listeners();
  readonly #incomingListeners = new Listeners<[IncomingCall]>();
  readonly #rings = new Map<string, Ring>();
  readonly #live = new Map<string, Call>();
  readonly #stops: (() => void)[];
  readonly #retries: Retries;
  #current: LiveCallSession | null = null;
  /** A call is being entered: its own events must not look like somebody else's. */
  #entering: string | null = null;
  #online = false;
  #listing = false;
  #view: CallsView | null = null;

  constructor(nova: Nova, options: CallsOptions & { readonly clock?: Clock }) {
    this.#nova = nova;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#retries = new Retries(this.#clock);
    this.#stops = [
      nova.onEvent((event) => this.#receive(event)),
      nova.connection.subscribe(() => this.#follow()),
    ];
    this.#follow();
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  getSnapshot(): CallsView {
    this.#view ??= {
      incoming: [...this.#rings.values()],
      current: this.#current,
      joinable: [...this.#live.values()].filter(
        ({ id }) => !this.#rings.has(id) && !this.#isCurrent(id),
      ),
    };
    return this.#view;
  }

  onIncoming(listener: (incoming: IncomingCall) => void): () => void {
    return this.#incomingListeners.add(listener);
  }

  start(
    conversationId: string,
    { kind = 'video', ...media }: StartOptions = {},
  ): Promise<LiveCall> {
    return this.#enter(kind, media, (legId) =>
      this.#nova.request('call.start', { conversationId, kind, legId }),
    );
  }

  async join(callId: string, media?: MediaChoice): Promise<LiveCall> {
    const kind = this.#live.get(callId)?.kind ?? 'video';
    return this.#enter(kind, media, (legId) =>
      this.#nova.request('call.accept', { callId, legId }),
    );
  }

  history(input: Input<'call.history'> = {}): Promise<Output<'call.history'>> {
    return this.#nova.request('call.history', input);
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#retries.close();
    for (const ring of [...this.#rings.values()]) ring.end('missed');
    void this.#current?.hangUp();
  }

  /** Media first: nobody is rung, and no ringing ends, for a call that cannot be held. */
  async #enter(
    kind: Call['kind'],
    media: MediaChoice = {},
    enter: (legId: string) => Promise<Call>,
  ): Promise<LiveCall> {
    const platform = platformOf(this.#options);
    const local = new LocalMedia(platform);
    try {
      await local.open({ camera: kind === 'video', ...media });
      await this.#current?.hangUp();
      const legId = crypto.randomUUID();
      this.#entering = legId;
      const call = await enter(legId);
      return this.#entered(call, legId, local, platform);
    } catch (error) {
      local.close();
      throw error;
    } finally {
      this.#entering = null;
    }
  }

  #entered(call: Call, legId: string, local: LocalMedia, platform: Platform): LiveCall {
    const { iceTransportPolicy = 'all' } = this.#options;
    const session = new LiveCallSession(call, call.legId ?? legId, local, {
      nova: this.#nova,
      platform,
      clock: this.#clock,
      iceTransportPolicy,
      qualityIntervalMs: this.#options.qualityIntervalMs ?? qualityIntervalMs,
      onOver: () => this.#changed(),
    });
    this.#current = session;
    this.#rings.get(call.id)?.end('accepted');
    const known = this.#live.get(call.id);
    if (known !== undefined && known.version > call.version) session.take(known);
    this.#changed();
    return session;
  }

  #follow(): void {
    const { online } = this.#nova.connection.getSnapshot();
    if (online === this.#online) return;
    this.#online = online;
    this.#retries.clear();
    if (!online) return;
    void this.#current?.resume();
    void this.#catchUp();
  }

  /** What happened while nobody listened: the service says what is live now. */
  async #catchUp(attempt = 0): Promise<void> {
    // One that is under way is asked on the new connection.
    if (this.#listing) return;
    this.#listing = true;
    let calls: readonly Call[];
    try {
      ({ calls } = await this.#nova.request('call.list', {}));
    } catch (error) {
      this.#retries.later(error, attempt, () => void this.#catchUp(attempt + 1));
      return;
    } finally {
      this.#listing = false;
    }
    const listed = new Set(calls.map(({ id }) => id));
    for (const call of calls) this.#take(call);
    for (const { id } of [...this.#live.values()]) if (!listed.has(id)) await this.#ask(id);
  }

  async #ask(callId: string, attempt = 0): Promise<void> {
    try {
      this.#take(await this.#nova.request('call.get', { callId }));
    } catch (error) {
      // A service that cannot answer has not said that the call is over.
      const again = (): void => void this.#ask(callId, attempt + 1);
      if (!this.#retries.later(error, attempt, again)) this.#forget(callId, 'missed');
    }
  }

  #receive(event: ServerEvent): void {
    switch (event.event) {
      case 'call.ringing':
      case 'call.updated':
      case 'call.ended':
        this.#take(event.data);
        break;
      case 'call.legEnded':
        this.#legEnded(event.data);
        break;
      case 'call.signal':
        if (this.#isCurrent(event.data.callId)) this.#current?.receive(event.data);
        break;
      case 'call.expiring':
        if (this.#isCurrent(event.data.callId)) this.#current?.expiring(event.data.endsAt);
        break;
      case 'message.created':
        // Comes through the log, so it comes for certain, even where the events of a call do not.
        if (event.data.call !== undefined) this.#over(event.data.call.id);
        break;
      default:
    }
  }

  #take(call: Call): void {
    const known = this.#live.get(call.id);
    if (known !== undefined && known.version > call.version) return;
    if (this.#isCurrent(call.id)) this.#current?.take(call);
    if (call.state === 'ended') {
      this.#forget(call.id, call.endReason ?? 'missed');
      return;
    }
    this.#live.set(call.id, call);
    const own = call.participants.find(({ userId }) => userId === this.#nova.userId);
    const ring = this.#rings.get(call.id);
    if (own?.state === 'ringing') {
      if (ring === undefined) this.#ring(call);
      else ring.take(call);
    } else if (ring !== undefined && this.#entering === null) {
      ring.end(own?.state === 'declined' ? 'declined' : 'answeredElsewhere');
    }
    this.#changed();
  }

  #ring(call: Call): void {
    const ring = new Ring(call, {
      clock: this.#clock,
      accept: ({ id, kind }, media) =>
        this.#enter(kind, media, (legId) =>
          this.#nova.request('call.accept', { callId: id, legId }),
        ),
      decline: async ({ id }) => {
        this.#rings.get(id)?.end('declined');
        await this.#nova.request('call.decline', { callId: id });
      },
      onOver: () => {
        this.#rings.delete(call.id);
        this.#changed();
      },
    });
    this.#rings.set(call.id, ring);
    this.#changed();
    this.#incomingListeners.call(ring);
  }

  #legEnded({ callId, userId, legId, reason }: EventPayload<'call.legEnded'>): void {
    if (userId !== this.#nova.userId) return;
    if (legId === undefined) {
      this.#rings.get(callId)?.end(reason === 'declined' ? 'declined' : 'answeredElsewhere');
    } else if (this.#isCurrent(callId) && this.#current?.legId === legId && reason !== 'left') {
      // Who leaves learns from the reply what became of the call.
      this.#current.finish(legEnds[reason]);
    }
  }

  #over(callId: string): void {
    const known = this.#rings.has(callId) || this.#live.has(callId) || this.#isCurrent(callId);
    // Its own event, which says more, usually came before.
    if (known) void this.#ask(callId);
  }

  #forget(callId: string, reason: CallEndReason): void {
    this.#live.delete(callId);
    this.#rings.get(callId)?.end(reason);
    if (this.#isCurrent(callId)) this.#current?.finish(reason);
    this.#changed();
  }

  #isCurrent(callId: string): boolean {
    return this.#current?.id === callId && !this.#current.over;
  }

  #changed(): void {
    const inCall = this.#current !== null && !this.#current.over;
    this.#nova.connection.longestWaitMs = inCall ? longestWaitInCallMs : undefined;
    this.#view = null;
    this.#listeners.call();
  }
}
