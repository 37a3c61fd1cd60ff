import type { AppHandlers, TransferView } from '#shared/app-api/index.ts';
import { FilesError } from '#shared/files/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Core } from '../../core/core.ts';
import type { TransferRecord } from '../transfer-book.ts';
import type { FolderClient } from './folder-client.ts';

type RemoteHandlers = Pick<
  AppHandlers,
  `folders.${'roots' | 'list' | 'stat' | 'hash' | 'makeFolder' | 'rename' | 'remove' | 'get' | 'put'}`
>;
type There = NonNullable<TransferRecord['there']>;

export type RemoteHandlersParts = Readonly<{
  core: Pick<Core, 'identity' | 'peers'>;
  client: FolderClient;
  put(
    peerId: PeerId,
    request: There & Readonly<{ paths: readonly string[]; name: string | undefined }>,
  ): Promise<TransferView>;
  get(peerId: PeerId, request: There & Readonly<{ into: string | undefined }>): Promise<TransferView>;
}>;

/** Creates the handlers of the calls about folders that peers share, which a machine and a browser answer alike. */
export function createRemoteHandlers({ core, client, put, get }: RemoteHandlersParts): RemoteHandlers {
  const { identity, peers } = core;
  const find = (peer: string): PeerId => {
    const { peerId } = peers.find(peer);
    if (peerId === identity.peerId) throw new FilesError('file.refused', 'this machine shares nothing with itself');
    peers.requireCompared(peerId);
    return peerId;
  };
  return {
    'folders.roots': async ({ peer }, { signal }) => [...(await client.roots(find(peer), signal))],
    'folders.list': async ({ peer, folder, path, after }, { signal }) => {
      const { entries, more } = await client.list(
        find(peer),
        { root: folder, path, ...(after === undefined ? {} : { after }) },
        signal,
      );
      return { entries: [...entries], more };
    },
    'folders.stat': async ({ peer, folder, path }, { signal }) =>
      await client.stat(find(peer), { root: folder, path }, signal),
    'folders.hash': async ({ peer, folder, path }, { signal }) => ({
      sha256: await client.hash(find(peer), { root: folder, path }, signal),
    }),
    'folders.makeFolder': async ({ peer, folder, path }, { signal }) => {
      await client.change(find(peer), { type: 'mkdir', root: folder, path }, signal);
      return {};
    },
    'folders.rename': async ({ peer, folder, path, to }, { signal }) => {
      await client.change(find(peer), { type: 'rename', root: folder, path, to }, signal);
      return {};
    },
    'folders.remove': async ({ peer, folder, path }, { signal }) => {
      await client.change(find(peer), { type: 'remove', root: folder, path }, signal);
      return {};
    },
    'folders.get': async ({ peer, folder, path, into, name }) =>
      await get(find(peer), { folder, path, into, ...(name === undefined ? {} : { name }) }),
    'folders.put': async ({ peer, folder, path, paths, mode, name }) =>
      await put(find(peer), { folder, path, mode, paths, name }),
  };
}
