import { toUtf8 } from '#shared/bytes/index.ts';
import {
  FilesError,
  MOST_DEPTH,
  MOST_ENTRIES,
  MOST_ROOTS,
  PATH_BYTES,
  SENT_NAME,
  type FileFacts,
  type OwnDisk,
  type SourceEntry,
  type SourceFile,
  type SourceRoot,
} from '#shared/files/index.ts';
import type { PickedNode, Picks } from './picks.ts';

/** Latest time of modification in the protocol, ms since 1970. */
const LATEST = 8_640_000_000_000_000;

type Folder = Readonly<{ n: number; node: PickedNode; depth: number; bytes: number }>;

/**
 * Returns files that a person has picked in a page as those that are sent. A path is the token of the pick and the number of a file or folder at its top. The
 * browser reads nothing else, and nothing that was changed since it was picked.
 */
export function createPickedSource(picks: Pick<Picks, 'tops'>): OwnDisk {
  const root = async (path: string): Promise<PickedNode> => {
    const [token = '', index = ''] = path.split('/');
    const node = (await picks.tops(token))[Number(index)];
    if (node === undefined) throw new FilesError('file.missing', 'nothing such was picked', { details: { path } });
    return node;
  };
  return {
    find: async (path) => {
      const { name, file } = await root(path);
      return { path, name, ...(file === undefined ? {} : { size: file.size }) };
    },
    grant: () => Promise.reject(new FilesError('file.folder', 'a page has no folders', { details: { path: '' } })),
    findBelow: () => Promise.reject(new FilesError('file.outside', 'a page has no folders')),
    list: async (roots, each, signal) => {
      if (roots.length > MOST_ROOTS) throw new FilesError('file.too-many', 'too many files at the top');
      const list = { count: 0, leftOut: 0 };
      for (const one of roots) await listRoot(one, await root(one.path), { each, signal, list });
      return { leftOut: list.leftOut };
    },
    open: async (path, names = []) => {
      let node: PickedNode | undefined = await root(path);
      for (const name of names) node = node?.below.get(name);
      if (node?.file === undefined) throw new FilesError('file.gone', 'there is no such file');
      return openPicked(node.file);
    },
  };
}

/** Lists a file, or a folder with what is in it, depth first. */
async function listRoot(
  { name }: SourceRoot,
  node: PickedNode,
  {
    each,
    signal,
    list,
  }: Readonly<{
    each: (entry: SourceEntry) => Promise<void> | void;
    signal: AbortSignal;
    /** Numbers of entries that were listed and left out. */
    list: { count: number; leftOut: number };
  }>,
): Promise<void> {
  const add = async (entry: SourceEntry): Promise<number> => {
    if (list.count >= MOST_ENTRIES) throw new FilesError('file.too-many', 'too many files');
    await each(entry);
    list.count += 1;
    return list.count - 1;
  };
  if (!isSendable(name)) throw new FilesError('file.name', 'a name can not be sent');
  const n = await add(entryOf(-1, name, node));
  const open: Folder[] = [{ n, node, depth: 1, bytes: toUtf8(name).length + 1 }];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    signal.throwIfAborted();
    const below: Folder[] = [];
    for (const [own, child] of folder.node.below) {
      const bytes = folder.bytes + toUtf8(own).length + 1;
      if (!isSendable(own) || folder.depth >= MOST_DEPTH || bytes > PATH_BYTES) {
        list.leftOut += 1;
        continue;
      }
      const number = await add(entryOf(folder.n, own, child));
      if (child.file === undefined) below.push({ n: number, node: child, depth: folder.depth + 1, bytes });
    }
    open.push(...below.toReversed());
  }
}

function isSendable(name: string): boolean {
  return name !== '' && name.length <= SENT_NAME && name.isWellFormed();
}

function entryOf(folder: number, name: string, { file, mtime }: PickedNode): SourceEntry {
  return {
    in: folder,
    name,
    kind: file === undefined ? 'folder' : 'file',
    size: file?.size ?? 0,
    mtime: timeOf(mtime),
    exec: false,
    version: file === undefined ? '' : factsOf(file).version,
  };
}

function openPicked(file: File): SourceFile {
  const facts = factsOf(file);
  return {
    opened: facts,
    // The browser refuses to read a file that has changed, so what it reads is what it was.
    facts: () => Promise.resolve(facts),
    read: async (target, position) => {
      try {
        const bytes = new Uint8Array(await file.slice(position, position + target.length).arrayBuffer());
        target.set(bytes);
        return bytes.length;
      } catch (cause) {
        throw new FilesError('file.gone', 'the file was changed, moved or removed', { cause });
      }
    },
    close: () => Promise.resolve(),
  };
}

function factsOf({ size, lastModified }: File): FileFacts {
  return { size, mtime: timeOf(lastModified), version: `${size}-${lastModified}` };
}

function timeOf(mtime: number): number {
  return Math.min(Math.max(0, Math.trunc(mtime)), LATEST);
}
