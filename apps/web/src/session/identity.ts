/** Who somebody signed in as. A token is known to this tab alone and forgotten with it. */
export type Identity =
  | { readonly by: 'name'; readonly name: string; readonly userId: string }
  | { readonly by: 'token'; readonly token: string };

const tabKey = 'nova.identity';
const namesKey = 'nova.names';
const namesKept = 5;

/**
 * Each tab has an identity of its own, so that two windows can be two people; a reload keeps it.
 */
export function loadIdentity(): Identity | null {
  const identity = readJson<Identity>(sessionStorage, tabKey);
  if (identity?.by === 'name' && identity.name && identity.userId) return identity;
  return identity?.by === 'token' && identity.token ? identity : null;
}

export function keepIdentity(identity: Identity): void {
  sessionStorage.setItem(tabKey, JSON.stringify(identity));
  if (identity.by !== 'name') return;
  const { name } = identity;
  const others = recentNames().filter((one) => one.toLowerCase() !== name.toLowerCase());
  localStorage.setItem(namesKey, JSON.stringify([name, ...others].slice(0, namesKept)));
}

export function forgetIdentity(): void {
  sessionStorage.removeItem(tabKey);
}

/** Names that signed in from this browser, the latest first. */
export function recentNames(): readonly string[] {
  const names = readJson<unknown>(localStorage, namesKey);
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}

/** Null for what is missing or not ours: anybody may have written there. */
export function readJson<Value>(storage: Storage, key: string): Value | null {
  try {
    return JSON.parse(storage.getItem(key) ?? 'null') as Value | null;
  } catch {
    return null;
  }
}
