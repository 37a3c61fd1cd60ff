import { lazy, Suspense, useCallback, useEffect, type ReactElement } from 'react';
import { usePageFacts } from '../api/index.ts';
import { goTo, isPlainDevice, useRoute, type Route } from '../router/index.ts';
import { PageBoundary } from '../shell/page-boundary.tsx';
import { PublicFrame } from '../shell/public-frame.tsx';
import { Waiting } from '../shell/waiting.tsx';
import { StartPage } from './start-page.tsx';
import { followForgetting, pairAgain } from './this-browser.ts';

const WINDOW = lazy(async () => ({ default: await (await import('../machine/index.ts')).loadOwnMachinePage() }));
const DOCS = lazy(async () => ({ default: (await import('../docs/index.ts')).DocsPage }));

/** All pages of a relay without accounts: the start, the window with the machines of this browser, and the help. Other places lead to the start. */
export function WithoutAccounts(): ReactElement {
  const place = placeOf(useRoute());
  const version = usePageFacts()?.version ?? '';
  const onPairAgain = useCallback(() => void pairAgain(version), [version]);
  useEffect(() => {
    if (place === undefined) goTo({ page: 'home' }, { replace: true });
  }, [place]);
  useEffect(followForgetting, []);
  switch (place) {
    case 'window':
      return (
        <PageBoundary>
          <Suspense fallback={<Waiting />}>
            <WINDOW onPairAgain={onPairAgain} />
          </Suspense>
        </PageBoundary>
      );
    case 'docs':
      return (
        <PublicFrame isWide>
          <Suspense fallback={<Waiting within />}>
            <DOCS />
          </Suspense>
        </PublicFrame>
      );
    default:
      return (
        <PublicFrame>
          <StartPage />
        </PublicFrame>
      );
  }
}

/** Returns what stands at a place; undefined for a place that needs an account. Pure. */
function placeOf(route: Route): 'start' | 'window' | 'docs' | undefined {
  switch (route.page) {
    case 'home':
      return 'start';
    case 'docs':
      return 'docs';
    case 'devices':
      return 'window';
    case 'terminal':
      return isPlainDevice(route.device) ? undefined : 'window';
    default:
      return undefined;
  }
}
