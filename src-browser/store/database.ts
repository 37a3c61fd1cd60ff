import { StoreError } from '#shared/storage.ts';

/** Version of the database's structure. */
const VERSION = 1;

/** Object stores of the database: key pairs by name, documents by name, and lines of logs. */
export type StoreName = 'keys' | 'documents' | 'lines';

/**
 * Opens the database of a page in IndexedDB, and creates it where there is none.
 * @throws {StoreError} `store.unreadable` if the browser refuses, such as in some private windows
 */
export async function openDatabase(name: string): Promise<IDBDatabase> {
  return await new Promise((resolve, reject) => {
    const fail = (cause: unknown): void =>
      reject(new StoreError('store.unreadable', 'the browser stores nothing here', { details: { file: name }, cause }));
    try {
      const opening = indexedDB.open(name, VERSION);
      opening.onupgradeneeded = () => {
        const { result } = opening;
        result.createObjectStore('keys');
        result.createObjectStore('documents');
        result.createObjectStore('lines', { autoIncrement: true }).createIndex('log', 'log');
      };
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => fail(opening.error);
      opening.onblocked = () => fail(new Error('another tab holds an older database'));
    } catch (error) {
      fail(error);
    }
  });
}

/** Resolves with the result of a request. Rejects with its error. */
export async function resultOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return await new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the request failed'));
  });
}

/**
 * Runs requests in a transaction of one object store.
 * @returns result of the last step, once the transaction is complete: on the disk as far as the browser promises
 * @throws {StoreError} `store.write` if the browser refuses it, such as without space
 */
export async function inTransaction<Result>(
  database: IDBDatabase,
  store: StoreName,
  mode: 'readonly' | 'readwrite',
  act: (store: IDBObjectStore) => Promise<Result>,
): Promise<Result> {
  try {
    const transaction = database.transaction(store, mode);
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onerror = () => reject(transaction.error ?? new Error('the transaction failed'));
      transaction.onabort = () => reject(transaction.error ?? new Error('the transaction was aborted'));
    });
    const [result] = await Promise.all([act(transaction.objectStore(store)), done]);
    return result;
  } catch (cause) {
    const code = mode === 'readonly' ? 'store.unreadable' : 'store.write';
    throw new StoreError(code, 'the browser stored nothing', { details: { file: database.name }, cause });
  }
}
