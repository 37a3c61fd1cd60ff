import { lazy, Suspense, useEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { InboxPage } from '../../features/inbox/index.ts';
import { FirstRun } from '../../features/first-run/index.ts';
import { ForwardsPage } from '../../features/forwards/index.ts';
import { OpenClawPage } from '../../features/openclaw/index.ts';
import { HistoryPage } from '../../features/history/index.ts';
import { UnpairedMachinePage } from '../../features/pairing/index.ts';
import { TransfersPage } from '../../features/transfers/index.ts';
import { MessagesPage } from '../../features/messages/index.ts';
import { MachinesPage } from '../../features/machines/index.ts';
import { SettingsPage } from '../../features/settings/index.ts';
import { hasKeptTerminals, useApp, type Page } from '../../store/index.ts';
import { PageBoundary } from './page-boundary.tsx';
import styles from './pages.module.css';

/** The terminals page, loaded on demand: its code is larger than all other code of the window. */
const TerminalsPage = lazy(async () => ({
  default: (await import('../../features/terminals/index.ts')).TerminalsPage,
}));

/**
 * Shows the page that the store names, or the first run while there is neither a peer nor a plain relay, or a machine to pair with. The terminals page stays mounted, hidden, while another page is
 * shown, and is there from the start if the window had terminals when it was closed: it resumes them before their machines end them, and counts them.
 */
export function Pages(): ReactElement {
  const page = useApp((state) => state.place.page);
  const isFirstRun = useApp(
    ({ peers, plainRelays, firstRunSkipped }) => peers.length === 0 && plainRelays.length === 0 && !firstRunSkipped,
  );
  const unpaired = useApp(({ place, peers, unpaired: one }) =>
    place.page === 'machines' && place.machine === one?.peerId && !peers.some(({ peerId }) => peerId === one?.peerId)
      ? one
      : undefined,
  );
  const isAlone = isFirstRun || unpaired !== undefined;
  const [hasKept] = useState(() => hasKeptTerminals(() => localStorage));
  const hadTerminals = useHasBeenShown(page === 'terminals' || hasKept);
  useFocusInPage(page);
  return (
    <>
      {page === 'machines' && !isAlone && (
        <PageBoundary>
          <MachinesPage />
        </PageBoundary>
      )}
      {page !== 'terminals' && (page !== 'machines' || isAlone) && (
        <Scroller key={page} full={page === 'settings' || page === 'openclaw' || page === 'messages'}>
          <PageBoundary>
            {page !== 'machines' ? (
              pageOf(page)
            ) : unpaired === undefined ? (
              <FirstRun />
            ) : (
              <UnpairedMachinePage machine={unpaired} />
            )}
          </PageBoundary>
        </Scroller>
      )}
      {hadTerminals && (
        <div className={styles['terminals']} hidden={page !== 'terminals'}>
          <PageBoundary>
            <Suspense>
              <TerminalsPage />
            </Suspense>
          </PageBoundary>
        </div>
      )}
    </>
  );
}

function pageOf(page: Exclude<Page, 'terminals' | 'machines'>): ReactNode {
  switch (page) {
    case 'forwards':
      return <ForwardsPage />;
    case 'transfers':
      return <TransfersPage />;
    case 'messages':
      return <MessagesPage />;
    case 'inbox':
      return <InboxPage />;
    case 'openclaw':
      return <OpenClawPage />;
    case 'history':
      return <HistoryPage />;
    case 'settings':
      return <SettingsPage />;
  }
}

/** `full`: the page has columns of its own, which scroll apart and reach the edges. */
function Scroller({ full, children }: Readonly<{ full: boolean; children: ReactNode }>): ReactElement {
  if (full) return <div className={styles['full']}>{children}</div>;
  return (
    <div className={styles['scroller']}>
      <div className={styles['page']}>{children}</div>
    </div>
  );
}

function useHasBeenShown(isShown: boolean): boolean {
  const [was, setWas] = useState(isShown);
  if (isShown && !was) setWas(true);
  return was || isShown;
}

/** Focuses the new page when the element that had the focus has gone with the old page. After a choice in the side bar the focus stays there. */
function useFocusInPage(page: Page): void {
  const before = useRef(page);
  useEffect(() => {
    if (before.current === page) return;
    before.current = page;
    const active = document.activeElement;
    const content = document.getElementById('content');
    if (content === null || content.contains(active)) return;
    if (active === null || active === document.body || active.closest('[data-region]') === null) {
      content.focus();
      // The person has chosen a page, not its edge: no ring.
      content.toggleAttribute('data-quiet', true);
    }
  }, [page]);
}
