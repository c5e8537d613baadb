import { signal } from '@preact/signals';

/** Where somebody is: the inbox alone, a conversation, or what is known about it. */
export interface Route {
  readonly conversationId: string | null;
  readonly details: boolean;
}

const pattern = /^#\/c\/([0-9a-f-]{36})(\/details)?$/;

function readRoute(): Route {
  const [, conversationId = null, details] = pattern.exec(location.hash) ?? [];
  return { conversationId, details: details !== undefined };
}

/** The page's address says it, so that Back and a reload do what one expects. */
export const route = signal<Route>(readRoute());
addEventListener('hashchange', () => {
  route.value = readRoute();
});

export const conversationAddress = (id: string, details = false): string =>
  `#/c/${id}${details ? '/details' : ''}`;

export function goTo(address: string): void {
  location.hash = address;
}

/** Another place instead of this one: Back leads to where one came from. */
export function replaceWith(address: string): void {
  history.replaceState(null, '', address === '' ? location.pathname : address);
  route.value = readRoute();
}
