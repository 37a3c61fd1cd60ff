import * as z from 'zod';
import { errorCode } from '#shared/errors.ts';
import { safeParse } from '#shared/safe-parse.ts';
import type { ClearableLineFile, DocumentFile, StoredProblem } from '#shared/storage.ts';
import type { PageKeys } from '../keys/index.ts';
import { inTransaction, openDatabase, resultOf } from './database.ts';
import { PageDocument } from './page-document.ts';
import { PageLines } from './page-lines.ts';

/** Name of the key pairs in the object store. */
const KEYS = 'device';
/** Delay before what couldn't be saved is tried again, ms. */
const RETRY_DELAY = 2000;
/** Database of the page, one for each origin. */
const DATABASE = 'clawreach';

/** Problems of documents, as a person at a browser is told: it has no files. */
const PROBLEMS: Readonly<Record<string, string>> = {
  'store.recovered': 'store.page-recovered',
  'store.restored': 'store.page-recovered',
  'store.lost': 'store.page-lost',
};

/** Key pair of an algorithm, as the browser gives it back: what was changed in its database is none. */
const keyPair = (algorithm: string) =>
  z.custom<CryptoKeyPair>((value) => {
    const { privateKey, publicKey } = (value ?? {}) as Partial<CryptoKeyPair>;
    return [privateKey, publicKey].every((key) => key instanceof CryptoKey && key.algorithm.name === algorithm);
  });

/** Key pairs as they are stored: with the account that they belong to. */
const storedKeys = z.object({ account: z.string(), signing: keyPair('Ed25519'), agreement: keyPair('X25519') });
type StoredKeys = z.infer<typeof storedKeys>;

/** Store of a page's agent in the browser: its keys, which no script can read, documents and logs. */
export type PageStore = Readonly<{
  /** Keys of an earlier page of this account; undefined if there are none, also after the browser has cleared them. */
  keys: PageKeys | undefined;
  /** Saves the keys. @throws {StoreError} `store.write` */
  saveKeys(keys: PageKeys): Promise<void>;
  document(name: string): DocumentFile;
  lines(name: string): ClearableLineFile;
  /** Resolves when everything is saved that was written before. @throws {StoreError} `store.write` if a part of it couldn't be */
  flush(): Promise<void>;
  /** Removes everything: the next page is another device. */
  clear(): Promise<void>;
  /** Removes everything, and keeps nothing from now on: what this page writes ends with its tab. */
  keepNothing(): Promise<void>;
  /** False if nothing is kept. */
  readonly keeps: boolean;
  /** Parts that were found damaged, by an error code each. */
  readonly problems: readonly StoredProblem[];
  close(): void;
}>;

/**
 * Opens the store of a page in IndexedDB and reads its documents. What another account has left is removed before: it is another device. So is what
 * belongs to keys that are damaged.
 * @param options.account account that the device belongs to
 * @param options.keeps false: nothing is read or kept, so that the device ends with its tab
 * @param options.onProblem called with the error code when something couldn't be saved in the background
 * @throws {StoreError} `store.unreadable`
 */
export async function openPageStore({
  account,
  name = DATABASE,
  keeps = true,
  onProblem = () => undefined,
}: Readonly<{
  account: string;
  name?: string;
  keeps?: boolean;
  onProblem?: (code: string) => void;
}>): Promise<PageStore> {
  const database = await openDatabase(name);
  const problems = new Map<string, StoredProblem>();
  if (keeps) {
    const record = await readRecord(database);
    const kept = safeParse(storedKeys, record).data;
    if (record !== undefined && kept === undefined) problems.set('keys', { code: 'keys.damaged', details: {} });
    if (kept?.account !== account) await removeAll(database);
  }
  const [keys, saved] = keeps ? await readAll(database) : [undefined, new Map<unknown, unknown>()];
  const pending = new Map<string, unknown>();
  const state: { saving: Promise<void> | undefined; problem: unknown; keeps: boolean } = {
    saving: undefined,
    problem: undefined,
    keeps,
  };
  const clear = async (): Promise<void> => {
    pending.clear();
    // What is being saved must not come after.
    await state.saving;
    // A save that failed has put its values back.
    pending.clear();
    await removeAll(database);
  };
  const saveAll = async (): Promise<void> => {
    while (pending.size > 0) {
      const values = [...pending];
      pending.clear();
      try {
        await inTransaction(database, 'documents', 'readwrite', async (store) => {
          for (const [key, value] of values) {
            if (value === undefined) store.delete(key);
            else store.put(value, key);
          }
          return await Promise.resolve();
        });
      } catch (error) {
        state.problem = error;
        onProblem(errorCode(error));
        // Kept for the next try, unless a newer value is there.
        for (const [key, value] of values) if (!pending.has(key)) pending.set(key, value);
        setTimeout(() => start(), RETRY_DELAY);
        break;
      }
      state.problem = undefined;
      if (name === DATABASE && values.some(([key]) => key === PEERS)) tellSaved();
    }
    state.saving = undefined;
  };
  const start = (): void => {
    if (pending.size > 0) state.saving ??= Promise.resolve().then(saveAll);
  };
  const save = (key: string, value: unknown): void => {
    if (!state.keeps) return;
    pending.set(key, value);
    start();
  };
  return {
    keys,
    saveKeys: async (made) => {
      if (!state.keeps) return;
      const stored: StoredKeys = { ...made, account };
      await inTransaction(database, 'keys', 'readwrite', async (store) => await resultOf(store.put(stored, KEYS)));
    },
    document: (key) =>
      new PageDocument(key, { current: saved.get(key), backup: saved.get(`${key}.backup`) }, save, (problem) => {
        if (problem === undefined) problems.delete(key);
        else problems.set(key, { ...problem, code: PROBLEMS[problem.code] ?? problem.code });
      }),
    lines: (log) => new PageLines(database, log, () => state.keeps),
    flush: async () => {
      start();
      while (state.saving !== undefined) await state.saving;
      if (state.problem !== undefined) throw state.problem;
    },
    clear,
    keepNothing: async () => {
      state.keeps = false;
      await clear();
    },
    get keeps() {
      return state.keeps;
    },
    get problems() {
      return [...problems.values()];
    },
    close: () => database.close(),
  };
}

/** Returns the account whose keys this browser keeps; undefined if it keeps none. @throws {StoreError} `store.unreadable` */
export async function keptAccount(): Promise<string | undefined> {
  const database = await openDatabase(DATABASE);
  try {
    return (await readKeys(database))?.account;
  } finally {
    database.close();
  }
}

/** Part of the stored document `peers`, in the envelope of all documents, that says which machines this browser is paired with. */
const keptPeers = z.object({
  data: z.object({
    peers: z.array(z.object({ peerId: z.string(), name: z.string(), forgottenAt: z.number().optional() })),
  }),
});

/** Machine that this browser has paired with. `hasForgotten`: it has told this browser that it removed it. */
export type KeptMachine = Readonly<{ name: string; hasForgotten: boolean }>;

/** Document of the peers, and the channel on which the pages of this browser hear that it was saved. */
const PEERS = 'peers';
const SAVED_CHANNEL = 'clawreach peers saved';

/**
 * Returns the machines that this browser has paired with, by their IDs; none if it is a device of another account, or keeps nothing.
 * @throws {StoreError} `store.unreadable`
 */
export async function keptMachines(account: string): Promise<ReadonlyMap<string, KeptMachine>> {
  const database = await openDatabase(DATABASE);
  try {
    if ((await readKeys(database))?.account !== account) return new Map();
    const stored = await inTransaction(database, 'documents', 'readonly', (store) =>
      resultOf<unknown>(store.get(PEERS)),
    );
    const { peers = [] } = safeParse(keptPeers, stored).data?.data ?? {};
    return new Map(
      peers.map(({ peerId, name, forgottenAt }) => [peerId, { name, hasForgotten: forgottenAt !== undefined }]),
    );
  } finally {
    database.close();
  }
}

/** Calls a listener each time the agent of this browser, in whichever tab, has saved its peers. @returns a function that stops it */
export function onSavedPeers(listener: () => void): () => void {
  const channel = new BroadcastChannel(SAVED_CHANNEL);
  channel.addEventListener('message', listener);
  return () => channel.close();
}

function tellSaved(): void {
  const channel = new BroadcastChannel(SAVED_CHANNEL);
  channel.postMessage(null);
  channel.close();
}

/** Removes everything that this browser keeps of its agent. @throws {StoreError} the browser removes nothing */
export async function removeKept(): Promise<void> {
  const database = await openDatabase(DATABASE);
  try {
    await removeAll(database);
  } finally {
    database.close();
  }
}

/** Reads the keys; undefined if there are none, or none that can be used. */
async function readKeys(database: IDBDatabase): Promise<StoredKeys | undefined> {
  return safeParse(storedKeys, await readRecord(database)).data;
}

async function readRecord(database: IDBDatabase): Promise<unknown> {
  return await inTransaction(database, 'keys', 'readonly', (store) => resultOf<unknown>(store.get(KEYS)));
}

async function removeAll(database: IDBDatabase): Promise<void> {
  for (const store of ['keys', 'documents', 'lines'] as const)
    await inTransaction(database, store, 'readwrite', async (all) => await resultOf(all.clear()));
}

/** Reads the keys and all documents. */
async function readAll(
  database: IDBDatabase,
): Promise<readonly [keys: PageKeys | undefined, documents: ReadonlyMap<unknown, unknown>]> {
  return await Promise.all([
    readKeys(database),
    inTransaction(database, 'documents', 'readonly', async (store) => {
      const [names, values] = await Promise.all([resultOf(store.getAllKeys()), resultOf<unknown[]>(store.getAll())]);
      return new Map<unknown, unknown>(names.map((key, at) => [key, values[at]]));
    }),
  ]);
}
