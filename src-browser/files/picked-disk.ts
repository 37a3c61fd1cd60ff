import { FilesError, type IncomingDisk } from '#shared/files/index.ts';
import { PlaceFolder } from './place-folder.ts';
import type { Picks } from './picks.ts';

/** Places that people have picked for what is copied to this browser, and what is there of each transfer. */
export type PickedDisk = IncomingDisk &
  Readonly<{
    /** Forgets what one transfer has used of a place. The place itself is forgotten with the last of its transfers. */
    forget(path: string): void;
  }>;

type Place = Readonly<{
  /** Transfers by their IDs. */
  transfers: Map<string, PlaceFolder>;
  taken: Set<string>;
  /** Paths that are used no more. */
  over: Set<string>;
}>;

/** Returns the places that were picked. A path, which stands for the folder of a transfer, is the token of the pick and the number of the transfer. */
export function createPickedDisk(picks: Pick<Picks, 'place' | 'save' | 'release'>): PickedDisk {
  const places = new Map<string, Place>();
  const tokenOf = (path: string): string => path.split('/')[0] ?? '';
  const placeOf = (path: string): Place => {
    const token = tokenOf(path);
    const place = places.get(token) ?? { transfers: new Map(), taken: new Set(), over: new Set() };
    places.set(token, place);
    return place;
  };
  return {
    prepare: async (path) => {
      await picks.place(tokenOf(path));
      return path;
    },
    open: async (path, id) => {
      const { place } = await picks.place(tokenOf(path));
      const { transfers, taken } = placeOf(path);
      const save = (name: string, file: Blob): Promise<void> => picks.save(tokenOf(path), { id, name, file });
      const folder = transfers.get(id) ?? new PlaceFolder({ path, place, taken, save });
      transfers.set(id, folder);
      return folder;
    },
    openShared: () => Promise.reject(new FilesError('file.not-shared', 'a browser shares nothing')),
    remove: async (path, id) => {
      const transfers = places.get(tokenOf(path))?.transfers;
      const folder = transfers?.get(id);
      transfers?.delete(id);
      await folder?.discard();
    },
    left: () => Promise.resolve([]),
    // Pages hide no parts in folders.
    locate: () => Promise.resolve({ paths: [], isFound: false }),
    // The browser tells no space of a disk. A write that it refuses ends the transfer.
    space: () => Promise.resolve({ free: Number.MAX_SAFE_INTEGER, size: 0 }),
    forget: (path) => {
      const token = tokenOf(path);
      const { over } = placeOf(path);
      over.add(path);
      picks.place(token).then(
        ({ uses }) => {
          if (over.size < uses) return;
          places.delete(token);
          picks.release(token);
        },
        // The page is gone, too.
        () => places.delete(token),
      );
    },
  };
}
