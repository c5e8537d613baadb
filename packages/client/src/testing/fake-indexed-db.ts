/** As much of IndexedDB as the outbox uses: one database, one version, key paths, no indexes. */
export function fakeIndexedDb(): IDBFactory & { fail: boolean } {
  const databases = new Map<string, Map<string, Map<string, unknown>>>();
  const later = (run: () => void): void => queueMicrotask(run);

  const transaction = (stores: Map<string, Map<string, unknown>>) => {
    const made = {
      error: null as Error | null,
      oncomplete: null as (() => void) | null,
      onabort: null as (() => void) | null,
      onerror: null as (() => void) | null,
      objectStore: (name: string) => {
        const records = stores.get(name) ?? new Map<string, unknown>();
        return {
          put: (value: { id: string }) => void records.set(value.id, structuredClone(value)),
          delete: (id: string) => void records.delete(id),
          getAll: () => request(() => structuredClone([...records.values()])),
        };
      },
    };
    later(() => {
      if (factory.fail) {
        made.error = new Error('quota exceeded');
        made.onabort?.();
      } else made.oncomplete?.();
    });
    return made;
  };

  const request = <Value>(value: () => Value) => {
    const made = {
      result: undefined as Value | undefined,
      onsuccess: null as (() => void) | null,
      onerror: null as (() => void) | null,
      onupgradeneeded: null as (() => void) | null,
    };
    later(() => {
      made.result = value();
      made.onupgradeneeded?.();
      made.onsuccess?.();
    });
    return made;
  };

  const factory = {
    fail: false,
    open(name: string) {
      const isNew = !databases.has(name);
      const stores = databases.get(name) ?? new Map<string, Map<string, unknown>>();
      databases.set(name, stores);
      const opening = request(() => ({
        createObjectStore: (store: string) => {
          if (isNew) stores.set(store, new Map());
        },
        transaction: () => transaction(stores),
        close: () => {},
      }));
      return opening;
    },
  };
  return factory as unknown as IDBFactory & { fail: boolean };
}
