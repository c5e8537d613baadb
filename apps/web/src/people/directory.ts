import type { NovaClient, Observable } from '@nova/client';
import { readJson } from '../session/identity.ts';

const storageKey = 'nova.people';
const peopleKept = 1_000;

/**
 * Names of people: those the service told with its members, and those somebody was looked up by
 * before they ever signed in.
 */
export class Directory implements Observable<ReadonlyMap<string, string>> {
  readonly #nova: NovaClient;
  readonly #listeners = new Set<() => void>();
  #names: ReadonlyMap<string, string>;

  constructor(nova: NovaClient) {
    this.#nova = nova;
    this.#names = new Map(
      Object.entries(readJson<Record<string, string>>(localStorage, storageKey) ?? {}),
    );
    nova.conversations.subscribe(() => this.#learnMembers());
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  getSnapshot(): ReadonlyMap<string, string> {
    return this.#names;
  }

  learn(userId: string, name: string): void {
    this.#learnAll([[userId, name]]);
  }

  #learnMembers(): void {
    const told: (readonly [string, string])[] = [];
    for (const { members } of this.#nova.conversations.getSnapshot()) {
      for (const { userId, name } of members ?? []) {
        if (name !== undefined) told.push([userId, name]);
      }
    }
    this.#learnAll(told);
  }

  #learnAll(told: readonly (readonly [userId: string, name: string])[]): void {
    const news = told.filter(([userId, name]) => this.#names.get(userId) !== name);
    if (news.length === 0) return;
    const names = new Map(this.#names);
    for (const [userId, name] of news) {
      names.delete(userId);
      names.set(userId, name);
    }
    this.#names = new Map([...names].slice(-peopleKept));
    localStorage.setItem(storageKey, JSON.stringify(Object.fromEntries(this.#names)));
    for (const listener of this.#listeners) listener();
  }
}

/** Somebody whose name nobody told: the end of the id tells two of them apart. */
export const unknownName = (userId: string): string => `Someone (${userId.slice(-4)})`;
