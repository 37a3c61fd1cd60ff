import type { AppApiClient, TerminalView } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';

/** Terminals on a machine, and which of them the list contains: `all` that this device may see, its `own`, or only those `open` on it now. */
export type UnaskedList = Readonly<{ views: readonly TerminalView[]; scope: 'all' | 'own' | 'open' }>;

/**
 * Lists the terminals on a linked machine as far as that asks no person there: while the permission is undecided, those that this device has there; of
 * a machine with an earlier version, those that are open here.
 */
export async function listUnasked(api: AppApiClient, peer: string, signal?: AbortSignal): Promise<UnaskedList> {
  const options = signal === undefined ? {} : { signal };
  try {
    return { views: await api.call('terminal.list', { peer, ask: false }, options), scope: 'all' };
  } catch (error) {
    if (errorCode(error) !== 'rights.unasked') throw error;
  }
  try {
    return { views: await api.call('terminal.list', { peer, own: true }, options), scope: 'own' };
  } catch (error) {
    if (errorCode(error) !== 'rights.unasked') throw error;
  }
  return { views: await api.call('terminal.list', { peer, watched: true }, options), scope: 'open' };
}
