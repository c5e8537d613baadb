import { createNovaClient, indexedDbStorage, type NovaClient } from '@nova/client';
import { type Signal, signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { LoadedCalls } from '../calls/load-calls.ts';
import { Directory } from '../people/directory.ts';
import { developmentToken } from './development-token.ts';
import { forgetIdentity, type Identity, keepIdentity, loadIdentity } from './identity.ts';
import { impatientNetwork } from './impatient-network.ts';
import { subjectOf } from './subject-of.ts';

/** Somebody who is signed in, and all that follows from it. */
export interface Session {
  readonly nova: NovaClient;
  readonly userId: string;
  readonly directory: Directory;
  /** Null until their code is there. */
  readonly calls: Signal<LoadedCalls | null>;
  /** Tries to connect at once. */
  readonly tryNow: () => void;
}

/** Null while nobody is signed in. */
export const session = signal<Session | null>(null);

/** Why the last session ended, where it was not the user who ended it. */
export const farewell = signal<string | null>(null);

const SessionContext = createContext<Session | null>(null);
export const SessionProvider = SessionContext.Provider;

/** The session of the tree that a component stands in. */
export function useSession(): Session {
  const current = useContext(SessionContext);
  if (current === null) throw new Error('nobody is signed in');
  return current;
}

/** Throws words for the user where the identity cannot be one. */
export function signIn(identity: Identity): void {
  const userId = identity.by === 'name' ? identity.userId : subjectOf(identity.token);
  const network = impatientNetwork();
  const nova = createNovaClient({
    url: location.origin,
    userId,
    token:
      identity.by === 'name'
        ? async () => (await developmentToken(identity.name)).token
        : identity.token,
    storage: indexedDbStorage(`nova-outbox-${userId}`),
    network,
  });
  const directory = new Directory(nova);
  if (identity.by === 'name') directory.learn(userId, identity.name);
  keepIdentity(identity);
  nova.connection.subscribe(() => {
    const { phase, reason } = nova.connection.getSnapshot();
    if (phase === 'closed' && session.value?.nova === nova) {
      leave(reason?.message ?? 'The service ended the session.');
    }
  });
  farewell.value = null;
  session.value = { nova, userId, directory, calls: signal(null), tryNow: network.tryNow };
  nova.start();
}

/** Comes back as whoever this tab was before it was loaded again. */
export function resumeSession(): void {
  const identity = loadIdentity();
  if (identity === null) return;
  try {
    signIn(identity);
  } catch {
    forgetIdentity();
  }
}

export function signOut(): void {
  leave(null);
}

function leave(reason: string | null): void {
  const left = session.value;
  session.value = null;
  farewell.value = reason;
  forgetIdentity();
  location.hash = '';
  left?.nova.close();
}
