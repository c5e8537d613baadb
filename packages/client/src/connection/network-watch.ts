/**
 * What a browser knows about the network. A page that becomes visible again counts as `found`:
 * its timers were slowed down while it was hidden.
 */
export interface NetworkWatch {
  readonly online: () => boolean;
  readonly start: (listener: { found: () => void; lost: () => void }) => () => void;
}

/** Follows `window` and `document` where they exist; elsewhere the network counts as there. */
export const browserNetwork: NetworkWatch = {
  online: () => typeof navigator === 'undefined' || navigator.onLine !== false,
  start({ found, lost }) {
    if (typeof window === 'undefined' || typeof document === 'undefined') return () => {};
    const visible = (): void => {
      if (document.visibilityState === 'visible') found();
    };
    window.addEventListener('online', found);
    window.addEventListener('offline', lost);
    document.addEventListener('visibilitychange', visible);
    return () => {
      window.removeEventListener('online', found);
      window.removeEventListener('offline', lost);
      document.removeEventListener('visibilitychange', visible);
    };
  },
};
