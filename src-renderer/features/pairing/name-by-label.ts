import type { AppApiClient, PeerView } from '#shared/app-api/index.ts';

/**
 * Renames a new peer to the label of the person's account, by which they know it.
 * @param label undefined: the account has none
 * @returns the renamed peer; undefined if it keeps its name, also because another peer has that one
 */
export async function nameByLabel(
  api: Pick<AppApiClient, 'call'>,
  { peerId, name }: Pick<PeerView, 'peerId' | 'name'>,
  label: string | undefined,
): Promise<PeerView | undefined> {
  if (label === undefined || label === name) return undefined;
  try {
    return await api.call('peers.rename', { peer: peerId, name: label });
  } catch {
    return undefined;
  }
}
