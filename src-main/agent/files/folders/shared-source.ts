import { relative, sep } from 'node:path';
import { FilesError, type SourceDisk } from '#shared/files/index.ts';
import type { FolderShelf } from './folder-shelf.ts';

/**
 * Returns the files that a transfer out of a shared folder sends: they are reached from the open folder, name by name, so that nothing else is ever sent,
 * whatever becomes of the folders in between.
 * @param require checks that the folder is still shared. @throws {FilesError} `file.not-shared`
 */
export function sharedSource({
  shelf,
  root,
  require,
}: Readonly<{ shelf: FolderShelf; root: string; require: () => void }>): SourceDisk {
  const below = (path: string): readonly string[] => {
    const names = relative(root, path);
    return names === '' ? [] : names.split(sep);
  };
  return {
    find: async () => {
      throw new FilesError('file.missing', 'shared files are found by their folder');
    },
    list: async (roots, each, signal) => {
      let leftOut = 0;
      for (const { path, name } of roots) {
        require();
        const found = await shelf.use(root, (served) => served.listTree(below(path), name, each, signal));
        leftOut += found.leftOut;
      }
      return { leftOut };
    },
    open: async (path, more = []) => {
      require();
      return await shelf.use(root, (served) => served.openSource([...below(path), ...more]));
    },
  };
}
