import { toUtf8 } from '#shared/bytes/index.ts';
import {
  FilesError,
  LIST_BYTES,
  type SourceDisk,
  type SourceEntry,
  type SourceRoot,
  type SourceRules,
  type TransferStore,
} from '#shared/files/index.ts';
import type { FilesCrypto } from '../digest.ts';
import { EntryList } from '../entry-list.ts';

/** Characters of lines that are written together. */
const TOGETHER = 65_536;

/** List of a transfer from this machine: its entries, with the version of each file when it was listed. */
export type SentList = Readonly<{ entries: EntryList; versions: readonly string[] }>;

/**
 * Lists what is sent and writes the list to the profile, so that an agent that goes on with the transfer later sends the same entries. A list that
 * can't be finished is removed.
 * @param take called before so many more bytes are written; may throw
 * @returns the list, and the number of links and others that are left out
 * @throws {FilesError} `file.nothing`, and those of `SourceDisk.list`; {StoreError} `store.write`
 */
export async function writeList(
  { source, store, crypto }: Readonly<{ source: SourceDisk; store: TransferStore; crypto: FilesCrypto }>,
  id: string,
  roots: readonly SourceRoot[],
  rules: SourceRules,
  signal: AbortSignal,
  take: (bytes: number) => void,
): Promise<SentList & Readonly<{ leftOut: number }>> {
  const entries = new EntryList(crypto);
  const versions: string[] = [];
  const file = await store.writeList(id);
  let waiting = '';
  let bytes = 0;
  const append = async (): Promise<void> => {
    const lines = waiting;
    waiting = '';
    const length = toUtf8(lines).length;
    bytes += length;
    if (bytes > LIST_BYTES) throw new FilesError('file.too-many', 'the list is too long');
    take(length);
    await file.append(lines);
  };
  let isWhole = false;
  try {
    const { leftOut } = await source.list(
      roots,
      async (entry) => {
        entries.add(entry);
        versions.push(entry.version);
        waiting += lineOf(entry);
        if (waiting.length >= TOGETHER) await append();
      },
      signal,
      rules,
    );
    await append();
    if (entries.count === 0) throw new FilesError('file.nothing', 'there is nothing to send');
    isWhole = true;
    return { entries, versions, leftOut };
  } finally {
    await file.close();
    if (!isWhole) await store.remove(id);
  }
}

/**
 * Reads the list of a transfer from the profile.
 * @param hash hash that it must have
 * @returns undefined if it is missing or damaged
 */
export async function readList(
  { store, crypto }: Readonly<{ store: TransferStore; crypto: FilesCrypto }>,
  id: string,
  hash: string,
): Promise<SentList | undefined> {
  const entries = new EntryList(crypto);
  const versions: string[] = [];
  try {
    for await (const line of store.readList(id)) {
      if (line === '') continue;
      const [folder, name, kind, size, mtime, exec, version] = JSON.parse(line) as Line;
      entries.add({ in: folder, name, kind, size, mtime, exec });
      versions.push(version);
    }
  } catch {
    return undefined;
  }
  return entries.hash() === hash ? { entries, versions } : undefined;
}

type Line = readonly [number, string, SourceEntry['kind'], number, number, boolean, string];

function lineOf({ in: folder, name, kind, size, mtime, exec, version }: SourceEntry): string {
  return `${JSON.stringify([folder, name, kind, size, mtime, exec, version] satisfies Line)}\n`;
}
