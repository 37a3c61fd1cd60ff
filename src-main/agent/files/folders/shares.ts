import { basename } from 'node:path';
import type { FolderMode, SharedFolderView } from '#shared/app-api/index.ts';
import { cleanFileName, FilesError, nameKey, numberedName } from '#shared/files/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Core } from '../../core/core.ts';
import type { FolderShelf } from './folder-shelf.ts';

/** Folders of this machine that are shared with peers, as the peer book has them and the right `files` lets peers use them. */
export class Shares {
  readonly #core: Pick<Core, 'approvals' | 'audit' | 'peers' | 'policy'>;
  readonly #shelf: FolderShelf;

  constructor(core: Pick<Core, 'approvals' | 'audit' | 'peers' | 'policy'>, shelf: FolderShelf) {
    this.#core = core;
    this.#shelf = shelf;
  }

  /** Returns the folders that a peer may use now, or ask to use; empty if its right is denied. */
  of(peerId: PeerId): readonly SharedFolderView[] {
    const { peers, policy } = this.#core;
    if (policy.decision(peerId, 'files') === 'deny' || peers.isSuspended(peerId)) return [];
    return peers.get(peerId)?.folders ?? [];
  }

  /**
   * Returns a folder that a peer may use now.
   * @param mode use that the peer makes of it
   * @throws {FilesError} `file.not-shared`, `file.read-only`
   */
  require(peerId: PeerId, name: string, mode: FolderMode): SharedFolderView {
    const folder = this.of(peerId).find((one) => one.name === name);
    if (folder === undefined) throw new FilesError('file.not-shared', 'no such folder is shared');
    if (mode === 'write' && folder.mode !== 'write') throw new FilesError('file.read-only', 'the folder is read-only');
    return folder;
  }

  /**
   * Shares a folder with a peer, and lets it use its folders, unless it has to ask. A folder that is shared already gets the new mode.
   * @param name name by which the peer knows it; undefined: that of the folder
   * @throws {FolderError} `folder.*`; {FilesError} `file.name`; errors of `PeerBook.setFolders`
   */
  async share(
    peer: string,
    { path, mode, name }: Readonly<{ path: string; mode: FolderMode; name?: string | undefined }>,
  ): Promise<readonly SharedFolderView[]> {
    const { peers } = this.#core;
    const real = await this.#shelf.check(path);
    // Read after the disk was waited for.
    const { peerId, folders = [] } = peers.find(peer);
    if (name !== undefined && cleanFileName(name, 'windows', true) !== name)
      throw new FilesError('file.name', 'this name is not allowed', { details: { path: name } });
    const before = folders.find((one) => one.path === real);
    const others = folders.filter((one) => one !== before);
    const wanted = name ?? before?.name ?? cleanFileName(basename(real) || 'root', 'windows', true);
    const taken = new Set(others.map((one) => nameKey(one.name, true)));
    if (name !== undefined && taken.has(nameKey(name, true)))
      throw new FilesError('file.exists', 'another shared folder has the name', { details: { path: name } });
    let unique = wanted;
    for (let number = 2; taken.has(nameKey(unique, true)); number += 1) unique = numberedName(wanted, number);
    const after = [...others, { name: unique, path: real, mode }].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    this.#save(peerId, after);
    const { policy, approvals } = this.#core;
    const { grants } = peers.find(peer);
    if (policy.decision(peerId, 'files') === 'deny' && grants.files?.decision !== 'ask')
      policy.set(peerId, 'files', 'allow');
    approvals.mayAskAgain(peerId, 'files');
    return after;
  }

  /** Changes the use of a shared folder. @param name name or path of it @throws {FilesError} `file.not-shared`; errors of `PeerBook.setFolders` */
  setMode(peer: string, name: string, mode: FolderMode): readonly SharedFolderView[] {
    const { peerId, folders, found } = this.#find(peer, name);
    const after = folders.map((one) => (one === found ? { ...found, mode } : one));
    this.#save(peerId, after);
    return after;
  }

  /** Ends sharing a folder. @param name name or path of it @throws {FilesError} `file.not-shared`; {StoreError} `store.write` */
  unshare(peer: string, name: string): readonly SharedFolderView[] {
    const { peerId, folders, found } = this.#find(peer, name);
    const after = folders.filter((one) => one !== found);
    this.#save(peerId, after);
    this.#shelf.forget(found.path);
    return after;
  }

  #find(
    peer: string,
    name: string,
  ): Readonly<{ peerId: PeerId; folders: readonly SharedFolderView[]; found: SharedFolderView }> {
    const { peerId, folders = [] } = this.#core.peers.find(peer);
    const found = folders.find((one) => one.name === name) ?? folders.find((one) => one.path === name);
    if (found === undefined) throw new FilesError('file.not-shared', 'no such folder is shared');
    return { peerId, folders, found };
  }

  #save(peerId: PeerId, folders: readonly SharedFolderView[]): void {
    const { name } = this.#core.peers.setFolders(peerId, folders);
    this.#core.audit.record('folders.changed', { peer: peerId, name, count: folders.length });
  }
}
