import { useCallback, useSyncExternalStore } from 'react';
import type { PageFacts } from '#shared/relay-page/index.ts';
import type { PageInfo } from './page-info.ts';

/** Returns version and fingerprint of the page, and renders again once they are known. */
export function useFactsOf(page: PageInfo): PageFacts | undefined {
  return useSyncExternalStore(
    useCallback((listener: () => void) => page.subscribe(listener), [page]),
    () => page.facts,
  );
}
