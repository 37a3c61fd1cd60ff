import { createPageAgent, type PageAgent, type PageAgentOptions } from '#agent/page/index.ts';

import { pageClock } from '../clock/index.ts';
import { pageBackend } from '../crypto/index.ts';
import { createPickedFiles } from '../files/index.ts';
import { createPageKeys, pageIdentity, type PageKeys } from '../keys/index.ts';
import { createPageRelayDialer } from '../relay-dialer/index.ts';
import type { PageStore } from '../store/index.ts';

/** Options of `openPageAgent`: those of the agent that the browser doesn't decide. */
export type OpenPageAgentOptions = Omit<
  PageAgentOptions,
  'crypto' | 'identity' | 'store' | 'files' | 'clock' | 'dialer'
> &
  Readonly<{ store: PageStore }>;

/**
 * Creates the agent of a page in this thread, with the keys of its store, or with new ones where it has none. Its ciphers take most of a core while
 * much is transferred, so pages run it in a worker (`openWorkerAgent`).
 * @throws {PageKeysError} `keys.unsupported`; {StoreError} a document can't be used, or the keys can't be saved
 */
export async function openPageAgent(options: OpenPageAgentOptions): Promise<PageAgent> {
  const { store } = options;
  const identity = await pageIdentity(pageBackend, await loadKeys(store), Math.floor(pageClock.now() / 1000));
  return await createPageAgent({
    ...options,
    crypto: pageBackend,
    identity,
    files: createPickedFiles(),
    clock: pageClock,
    dialer: createPageRelayDialer({ clock: pageClock }),
  });
}

async function loadKeys(store: PageStore): Promise<PageKeys> {
  if (store.keys !== undefined) return store.keys;
  const keys = await createPageKeys();
  await store.saveKeys(keys);
  return keys;
}
