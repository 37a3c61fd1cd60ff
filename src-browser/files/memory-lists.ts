import { FilesError, type TransferStore } from '#shared/files/index.ts';

/**
 * Returns lists of transfers in memory: files that were picked are gone with the page, so no list outlives it.
 * @param release called for the path of what was sent, when its transfer doesn't start again
 */
export function createMemoryLists(release: (path: string) => void): TransferStore {
  const lists = new Map<string, readonly string[]>();
  return {
    writeList: (id) => {
      const parts: string[] = [];
      return Promise.resolve({
        append: (lines: string) => {
          parts.push(lines);
          return Promise.resolve();
        },
        close: () => {
          lists.set(id, parts);
          return Promise.resolve();
        },
      });
    },
    async *readList(id) {
      for (const part of lists.get(id) ?? []) yield* part.split('\n');
    },
    remove: (id) => {
      lists.delete(id);
      return Promise.resolve();
    },
    spool: () => Promise.reject(new FilesError('file.unavailable', 'a page writes no files')),
    removeSpool: (path) => {
      release(path);
      return Promise.resolve();
    },
    isSpool: () => false,
    removeOthers: () => Promise.resolve(),
  };
}
