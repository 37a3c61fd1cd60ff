import type { RemoteEntry } from '#shared/app-api/index.ts';
import { compareNames } from '../../locale/index.ts';

/** Columns by which a folder can be sorted. */
export const COLUMNS = ['name', 'size', 'changed'] as const;
export type Column = (typeof COLUMNS)[number];
/** Order of a folder. */
export type Order = Readonly<{ by: Column; isDown: boolean }>;

/** Returns the entries whose names hold a text, folders first, in an order. Pure. */
export function ordered(
  entries: readonly RemoteEntry[],
  filter: string,
  { by, isDown }: Order,
): readonly RemoteEntry[] {
  const wanted = filter.trim().toLowerCase();
  const found = wanted === '' ? entries : entries.filter(({ name }) => name.toLowerCase().includes(wanted));
  const sign = isDown ? -1 : 1;
  const compare = (a: RemoteEntry, b: RemoteEntry): number => {
    if (by === 'size' && a.size !== b.size) return a.size - b.size;
    if (by === 'changed' && a.mtime !== b.mtime) return a.mtime - b.mtime;
    return compareNames(a.name, b.name);
  };
  return found.toSorted((a, b) => (a.kind === b.kind ? sign * compare(a, b) : a.kind === 'folder' ? -1 : 1));
}
