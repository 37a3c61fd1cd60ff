import type { AppHandlers } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { createRemoteHandlers, type RemoteHandlersParts } from './remote-handlers.ts';
import type { Shares } from './shares.ts';

type FolderHandlers = Pick<AppHandlers, Extract<keyof AppHandlers, `folders.${string}`>>;

export type FolderHandlersParts = RemoteHandlersParts &
  Readonly<{
    shares: Shares;
    /** Called when the folders that are shared with a peer have changed. */
    reviewShares(peerId: PeerId): void;
  }>;

/** Creates the handlers of the app API's `folders.*` calls. */
export function createFolderHandlers(parts: FolderHandlersParts): FolderHandlers {
  const { core, shares } = parts;
  const { peers } = core;
  return {
    'folders.share': async ({ peer, path, mode, name }) => {
      const folders = await shares.share(peer, { path, mode, name });
      parts.reviewShares(peers.find(peer).peerId);
      return [...folders];
    },
    'folders.setMode': async ({ peer, folder, mode }) => {
      const folders = shares.setMode(peer, folder, mode);
      parts.reviewShares(peers.find(peer).peerId);
      return [...folders];
    },
    'folders.unshare': async ({ peer, folder }) => {
      const folders = shares.unshare(peer, folder);
      parts.reviewShares(peers.find(peer).peerId);
      return [...folders];
    },
    ...createRemoteHandlers(parts),
  };
}
