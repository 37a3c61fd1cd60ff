import { FilesError, type IncomingDisk } from '#shared/files/index.ts';
import { PlaceFolder } from './place-folder.ts';
import type { Picks } from './picks.ts';

/** Places that people have picked for what is copied to this browser, and what is there of each transfer. */
export type PickedDisk = IncomingDisk &
  Readonly<{
    /** Forgets what one transfer has used of a place, and tells the page, which forgets the place with the last of its transfers. */
    forget(path: string): void;
  }>;

type Place = Readonly<{
  /** Transfers by their IDs. */
  transfers: Map<string, PlaceFolder>;
  taken: Set<string>;
}>;

/** Returns the places that were picked. A path, which stands for the folder of a transfer, is the token of the pick and the number of the transfer. */
export function createPickedDisk(picks: Pick<Picks, 'place' | 'save' | 'note' | 'release'>): PickedDisk {
  const places = new Map<string, Place>();
  const tokenOf = (path: string): string => path.split('/')[0] ?? '';
  const useOf = (path: string): number => Number(path.split('/')[1]);
  const placeOf = (token: string): Place => {
    const place = places.get(token) ?? { transfers: new Map(), taken: new Set() };
    places.set(token, place);
    return place;
  };
  return {
    prepare: async (path) => {
      await picks.place(tokenOf(path));
      return path;
    },
    open: async (path, id) => {
      const token = tokenOf(path);
      const use = useOf(path);
      const { place, made } = await picks.place(token);
      const { transfers, taken } = placeOf(token);
      const known = transfers.get(id);
      if (known !== undefined) return known;
      const folder = new PlaceFolder({
        path,
        place,
        taken,
        save: (name, file) => picks.save(token, { id, name, file }),
        note: (entry, isThere) => picks.note(token, { use, path: entry, isThere }),
      });
      transfers.set(id, folder);
      // The agent of another tab had begun: nothing is known of it but this.
      await folder.removeEarlier(made.get(use) ?? []);
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
      const isKept = (places.get(token)?.transfers.size ?? 0) > 0;
      if (!isKept) places.delete(token);
      picks.release(token, useOf(path), isKept);
    },
  };
}
