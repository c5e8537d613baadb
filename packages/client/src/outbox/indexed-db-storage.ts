import type { OutboxEntry, OutboxStorage } from './outbox-entry.ts';

const storeName = 'outbox';

/**
 * Keeps the outbox in a browser's IndexedDB. Give every user a database of their own:
 * `indexedDbStorage('nova-' + userId)`.
 */
export function indexedDbStorage(name: string, factory: IDBFactory = indexedDB): OutboxStorage {
  let opened: Promise<IDBDatabase> | null = null;

  const database = (): Promise<IDBDatabase> => {
    opened ??= openDatabase(factory, name, () => {
      opened = null;
    }).catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };

  return {
    async load() {
      const transaction = (await database()).transaction(storeName, 'readonly');
      return await result<OutboxEntry[]>(transaction.objectStore(storeName).getAll());
    },
    async put(entry) {
      const transaction = (await database()).transaction(storeName, 'readwrite');
      transaction.objectStore(storeName).put(entry);
      await completed(transaction);
    },
    async remove(id) {
      const transaction = (await database()).transaction(storeName, 'readwrite');
      transaction.objectStore(storeName).delete(id);
      await completed(transaction);
    },
  };
}

async function openDatabase(
  factory: IDBFactory,
  name: string,
  onGone: () => void,
): Promise<IDBDatabase> {
  const request = factory.open(name, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(storeName, { keyPath: 'id' });
  };
  const database = await result(request);
  // Another tab deletes the database or the browser clears it: open it anew next time.
  database.onversionchange = () => {
    database.close();
    onGone();
  };
  database.onclose = onGone;
  return database;
}

const result = <Value>(request: IDBRequest<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const completed = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
