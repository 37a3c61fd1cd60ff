import { useEffect } from 'react';
import { setServedPage, useApp } from '../../store/index.ts';
import { usePageFacts } from '../api/index.ts';

/** Gives version and fingerprint of the page to the window, which names them in its settings. */
export function ServedPage(): null {
  const facts = usePageFacts();
  // Another account begins with a state of its own, without them.
  const shown = useApp(({ servedPage }) => servedPage);
  useEffect(() => {
    if (shown !== facts) setServedPage(facts);
  }, [facts, shown]);
  return null;
}
