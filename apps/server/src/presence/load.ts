import type { PresenceDetail } from '@nova/protocol';

export interface PresenceLoad {
  /** Different users who are followed on this node. */
  readonly watched: number;
  /** Changes that would be sent to sockets of this node each second. */
  readonly sendsPerSecond: number;
}

/** Up to these, `exact` and `recently` are kept up. */
export const bounds: Readonly<Record<'exact' | 'recently', PresenceLoad>> = {
  exact: { watched: 50_000, sendsPerSecond: 5_000 },
  recently: { watched: 200_000, sendsPerSecond: 50_000 },
};
/** A step is only taken back well below its bound, so that it does not swing. */
const returnShare = 0.7;

const steps: readonly PresenceDetail[] = ['exact', 'recently', 'off'];

/** How much detail the load allows, given how much is told now: one step back at a time. */
export function detailUnder(
  load: PresenceLoad,
  now: PresenceDetail,
  limits: typeof bounds = bounds,
): PresenceDetail {
  const within = (detail: 'exact' | 'recently', share: number): boolean =>
    load.watched <= limits[detail].watched * share &&
    load.sendsPerSecond <= limits[detail].sendsPerSecond * share;
  const demanded = within('exact', 1) ? 'exact' : within('recently', 1) ? 'recently' : 'off';
  if (steps.indexOf(demanded) >= steps.indexOf(now)) return demanded;
  const back = now === 'off' ? 'recently' : 'exact';
  return within(back, returnShare) ? back : now;
}
