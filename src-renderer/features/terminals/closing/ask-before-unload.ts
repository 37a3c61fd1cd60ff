import { useEffect } from 'react';
import { useApp } from '../../../store/index.ts';
import { isOver } from '../session/phase.ts';
import type { Pane } from '../tabs/tab-types.ts';

/**
 * Has the browser ask before its page is closed or loaded again while a terminal is open that would be lost: one of a browser that keeps nothing. Those of
 * others run on, and are back in the next page.
 */
export function useAskBeforeUnload(panes: ReadonlyMap<number, Pane>): void {
  const endsWithPage = useApp(({ status }) => status?.endsWithPage === true);
  const asks = endsWithPage && [...panes.values()].some(({ phase }) => !isOver(phase) && phase.kind !== 'failed');
  useEffect(() => {
    if (!asks) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [asks]);
}
