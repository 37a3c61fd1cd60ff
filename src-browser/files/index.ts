import type { PageTransferFiles } from '#agent/files/page/index.ts';
import { createMemoryLists } from './memory-lists.ts';
import { createPickedDisk } from './picked-disk.ts';
import { createPickedSource } from './picked-source.ts';
import { Picks } from './picks.ts';

/** Creates the files of an agent's transfers: those that people pick in the pages of this browser, and places that they pick. */
export function createPickedFiles(): Omit<PageTransferFiles, 'book'> {
  const picks = new Picks();
  const disk = createPickedDisk(picks);
  return {
    source: createPickedSource(picks),
    store: createMemoryLists((path) => {
      const [token = '', root] = path.split('/');
      // All roots of a transfer were picked together.
      if (root === '0') picks.release(token);
    }),
    disk,
    forget: (path) => disk.forget(path),
  };
}
