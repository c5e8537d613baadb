import type { Observable } from '@nova/client';

/** Resolves once `holds`, looking whenever one of the sources changed. */
export function until(
  sources: readonly Observable<unknown>[],
  holds: () => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const stops: (() => void)[] = [];
    const look = (): void => {
      if (!holds()) return;
      for (const stop of stops) stop();
      resolve();
    };
    for (const source of sources) stops.push(source.subscribe(look));
    look();
  });
}
