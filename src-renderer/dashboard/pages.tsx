import {
  lazy,
  Suspense,
  useCallback,
  useEffect,
  type ComponentType,
  type LazyExoticComponent,
  type ReactElement,
  type ReactNode,
} from 'react';
import { errorCode } from '#shared/errors.ts';
import { text } from '../locale/index.ts';
import { Button, ErrorNotice } from '../ui/index.ts';
import { useDashboard, useIsPageAsked, usePageFacts, useSession, type SessionStatus } from './api/index.ts';
import { OfflinePage } from './installed/index.ts';
import { BackgroundNotices } from './notices/index.ts';
import { addressOf, goTo, isPlainDevice, isPublic, useRoute, type Route } from './router/index.ts';
import { FormSkeleton } from './shell/form-skeleton.tsx';
import { PageBoundary } from './shell/page-boundary.tsx';
import { PublicFrame } from './shell/public-frame.tsx';
import { Shell } from './shell/shell.tsx';
import { Waiting } from './shell/waiting.tsx';

type Page = LazyExoticComponent<ComponentType>;

/** Page of each place, loaded when it is shown first. The redirects of `home` are below. */
const PAGES: Readonly<Record<Exclude<Route['page'], 'home'>, Page>> = {
  auth: lazy(async () => ({ default: (await import('./auth/index.ts')).AuthPage })),
  reset: lazy(async () => ({ default: (await import('./auth/index.ts')).ResetPage })),
  docs: lazy(async () => ({ default: (await import('./docs/index.ts')).DocsPage })),
  devices: lazy(async () => ({ default: (await import('./devices/index.ts')).DevicesPage })),
  projects: lazy(async () => ({ default: (await import('./projects/index.ts')).ProjectsPage })),
  project: lazy(async () => ({ default: (await import('./project/index.ts')).ProjectPage })),
  terminal: lazy(async () => ({ default: await (await import('./machine/index.ts')).loadMachinePage() })),
  skill: lazy(async () => ({ default: (await import('./skill/index.ts')).SkillPage })),
  settings: lazy(async () => ({ default: (await import('./settings/index.ts')).SettingsPage })),
  missing: lazy(async () => ({ default: (await import('./shell/missing-page.tsx')).MissingPage })),
};

/** In place of `terminal` for a device whose terminals the relay can read. */
const PLAIN_TERMINAL: Page = lazy(async () => ({
  default: await (await import('./plain-terminal/index.ts')).loadPlainTerminalPage(),
}));

/** In place of all pages at a relay that has no accounts. */
const WITHOUT_ACCOUNTS: Page = lazy(async () => ({
  default: (await import('./without-accounts/index.ts')).WithoutAccounts,
}));

function isPlainTerminal(route: Route): boolean {
  return route.page === 'terminal' && isPlainDevice(route.device);
}

/**
 * Shows the page of the address in its frame. A place that needs an account leads to sign-in, and from there back; the address `/` leads to the machines, or
 * to sign-in.
 */
export function Pages(): ReactElement {
  const route = useRoute();
  const session = useSession();
  const page = usePageFacts();
  const isAsked = useIsPageAsked();
  const target = redirectOf(route, session);
  useEffect(() => {
    if (target !== undefined) goTo(target, { replace: true });
  }, [target]);
  if (page?.accounts === false)
    return (
      <Suspense fallback={<Waiting />}>
        <WITHOUT_ACCOUNTS />
      </Suspense>
    );
  // A relay without accounts doesn't know the question who is signed in.
  if (session.state === 'failed' && !isAsked) return <Waiting />;
  if (session.state === 'failed' && route.page !== 'docs' && route.page !== 'missing')
    return <Unreachable error={session.error} />;
  if (target !== undefined || route.page === 'home' || (session.state === 'loading' && !isPublic(route)))
    return <Waiting />;
  const Shown = isPlainTerminal(route) ? PLAIN_TERMINAL : PAGES[route.page];
  const content = (
    <Suspense fallback={route.page === 'auth' ? <FormSkeleton /> : <Waiting within />}>
      <Shown key={keyOf(route, session)} />
    </Suspense>
  );
  // The window shows notifications itself, over its own connection to the agent.
  const isWindow = route.page === 'terminal' && !isPlainTerminal(route);
  return (
    <>
      <Framed route={route} isSignedIn={session.state === 'signed-in'}>
        {content}
      </Framed>
      {session.state === 'signed-in' && !isWindow && (
        <BackgroundNotices key={session.account.id} account={session.account.id} />
      )}
    </>
  );
}

function Framed({
  route,
  isSignedIn,
  children,
}: Readonly<{ route: Route; isSignedIn: boolean; children: ReactNode }>): ReactElement {
  // It has a frame of its own.
  if (route.page === 'terminal' && isSignedIn) return <PageBoundary>{children}</PageBoundary>;
  if (route.page === 'auth' || route.page === 'reset' || !isSignedIn)
    return <PublicFrame isWide={route.page === 'docs'}>{children}</PublicFrame>;
  return <Shell route={route}>{children}</Shell>;
}

/** Returns the address to show instead of this place; undefined if it is shown. Pure. */
function redirectOf(route: Route, session: SessionStatus): string | undefined {
  const isKnown = session.state === 'signed-in' || session.state === 'signed-out';
  if (!isKnown) return undefined;
  if (route.page === 'home') return session.state === 'signed-in' ? addressOf({ page: 'devices' }) : '/auth';
  if (session.state === 'signed-out' && !isPublic(route) && route.page !== 'missing')
    return addressOf({ page: 'auth', next: addressOf(route) });
  return undefined;
}

/** Another project is another page, with fields of its own; another tab isn't. Terminals of another account are those of another device. */
function keyOf(route: Route, session: SessionStatus): string {
  if (isPlainTerminal(route)) return 'plain-terminal';
  if (route.page === 'terminal' && session.state === 'signed-in') return `terminal ${session.account.id}`;
  return route.page === 'project' ? `project ${route.project}` : route.page;
}

function Unreachable({ error }: Readonly<{ error: unknown }>): ReactElement {
  const { session, page } = useDashboard();
  const retry = useCallback(() => {
    void page.load();
    session.check();
  }, [session, page]);
  const isAway = ['platform.unreachable', 'platform.no-answer'].includes(errorCode(error));
  return (
    <PublicFrame>
      {isAway ? (
        <OfflinePage onRetry={retry} />
      ) : (
        <ErrorNotice error={error} action={<Button onClick={retry}>{text('site.retry')}</Button>} />
      )}
    </PublicFrame>
  );
}
