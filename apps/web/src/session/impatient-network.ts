import { browserNetwork, type NetworkWatch } from '@nova/client';

/** The browser's view of the network, and a way to say “try now” when a person is impatient. */
export function impatientNetwork(): NetworkWatch & { readonly tryNow: () => void } {
  let found = (): void => {};
  return {
    online: browserNetwork.online,
    start(listener) {
      found = listener.found;
      return browserNetwork.start(listener);
    },
    tryNow: () => found(),
  };
}
