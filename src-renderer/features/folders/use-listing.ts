import { useCallback, useEffect, useRef, useState } from 'react';
import type { RemoteEntry } from '#shared/app-api/index.ts';
import { MOST_LISTED } from '#shared/files/index.ts';
import { useApi } from '../../store/index.ts';

/** Contents of a folder as far as they have come. */
export type Listing = Readonly<{
  entries: readonly RemoteEntry[];
  /** True until all have come. */
  isLoading: boolean;
  /** Undefined unless it couldn't be read. */
  error: unknown;
}>;

const LOADING: Listing = { entries: [], isLoading: true, error: undefined };

/**
 * Reads a folder of a peer, part by part, and shows what has come; large folders in ever larger steps, since all of it is sorted each time.
 * @returns the listing, and a function that reads it again
 */
export function useListing(peer: string, folder: string, path: readonly string[]): readonly [Listing, () => void] {
  const api = useApi();
  const [listing, setListing] = useState<Listing>(LOADING);
  const [turn, setTurn] = useState(0);
  const key = JSON.stringify([peer, folder, path]);
  const shown = useRef('');
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const read = async (): Promise<void> => {
      // Reading again keeps what is shown.
      if (shown.current !== key) setListing(LOADING);
      shown.current = key;
      const entries: RemoteEntry[] = [];
      let next = 1;
      for (let more = true, parts = 0; more && !signal.aborted;) {
        const after = entries.at(-1)?.name;
        const page = await api.call(
          'folders.list',
          { peer, folder, path: [...path], ...(after === undefined ? {} : { after }) },
          { signal },
        );
        entries.push(...page.entries);
        more = page.more && page.entries.length > 0 && entries.length < MOST_LISTED;
        parts += 1;
        if (signal.aborted) return;
        if (more && parts < next) continue;
        next = parts * 2;
        setListing({ entries: [...entries], isLoading: more, error: undefined });
      }
    };
    read().catch((error: unknown) => {
      if (!signal.aborted) setListing(({ entries }) => ({ entries, isLoading: false, error }));
    });
    return () => stop.abort();
    // `key` stands for the place.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [api, key, turn]);
  const reload = useCallback(() => setTurn((number) => number + 1), []);
  return [listing, reload];
}
