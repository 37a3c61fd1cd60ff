/** Tabs of the page of one project. */
export const PROJECT_TABS = ['devices', 'people', 'programs', 'history', 'settings'] as const;
export type ProjectTab = (typeof PROJECT_TABS)[number];

/** Tabs of the settings of the account. */
export const SETTINGS_TABS = ['profile', 'security', 'sessions', 'tokens', 'data'] as const;
export type SettingsTab = (typeof SETTINGS_TABS)[number];

/** Place in the dashboard, as the address of the page names it. */
export type Route =
  | Readonly<{ page: 'home' | 'reset' | 'docs' | 'devices' | 'projects' | 'skill' }>
  /** `next`: place to go to after signing in. */
  | Readonly<{ page: 'auth'; next?: string }>
  | Readonly<{ page: 'project'; project: string; tab: ProjectTab }>
  | Readonly<{ page: 'terminal'; device: string; session?: string }>
  | Readonly<{ page: 'settings'; tab: SettingsTab }>
  /** Address that no page has. */
  | Readonly<{ page: 'missing' }>;

/** Pages with a fixed path and nothing else in it. */
const FIXED = {
  '/': 'home',
  '/reset-password': 'reset',
  '/docs': 'docs',
  '/dashboard': 'devices',
  '/projects': 'projects',
  '/skill/privaclaw': 'skill',
} as const satisfies Readonly<Record<string, Route['page']>>;

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
/** Peer ID, or the UUID of a plain device. */
const DEVICE = /^(?:[0-9A-HJKMNP-TV-Z]{56}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/;
const SESSION = /^[\w-]{1,128}$/;

/** Reads the address of the page. Pure. @param search query with its `?`, or empty */
export function routeOf(path: string, search = ''): Route {
  const query = new URLSearchParams(search);
  const fixed = Object.hasOwn(FIXED, path) ? FIXED[path as keyof typeof FIXED] : undefined;
  if (fixed !== undefined) return { page: fixed };
  const [, first = '', second, third, ...more] = path.split('/');
  if (more.length > 0) return { page: 'missing' };
  // Links of mails may name what they are for.
  if ((first === 'auth' || first === 'verify') && second === undefined) {
    const next = safeNext(query.get('next'));
    return next === undefined ? { page: 'auth' } : { page: 'auth', next };
  }
  if (first === 'settings' && third === undefined) {
    const tab = second === undefined ? 'profile' : SETTINGS_TABS.find((known) => known === second);
    return tab === undefined ? { page: 'missing' } : { page: 'settings', tab };
  }
  if (first === 'project' && second !== undefined && UUID.test(second)) {
    const tab = third === undefined ? 'devices' : PROJECT_TABS.find((known) => known === third);
    return tab === undefined ? { page: 'missing' } : { page: 'project', project: second, tab };
  }
  if (first === 'terminal' && second !== undefined && DEVICE.test(second)) {
    // The published form of this address has the session in the query.
    const session = third ?? query.get('session') ?? undefined;
    if (session === undefined) return { page: 'terminal', device: second };
    if (SESSION.test(session)) return { page: 'terminal', device: second, session };
  }
  return { page: 'missing' };
}

/** Reports whether an ID is that of a plain device, not of a peer. Pure. */
export function isPlainDevice(id: string): boolean {
  return UUID.test(id);
}

/** Returns the address of a place. Pure. */
export function addressOf(route: Exclude<Route, { page: 'missing' }>): string {
  switch (route.page) {
    case 'auth':
      return route.next === undefined ? '/auth' : `/auth?next=${encodeURIComponent(route.next)}`;
    case 'project':
      return `/project/${route.project}${route.tab === 'devices' ? '' : `/${route.tab}`}`;
    case 'settings':
      return `/settings${route.tab === 'profile' ? '' : `/${route.tab}`}`;
    case 'terminal':
      return `/terminal/${route.device}${route.session === undefined ? '' : `/${route.session}`}`;
    default:
      return Object.entries(FIXED).find(([, page]) => page === route.page)?.[0] ?? '/';
  }
}

/** Reports whether a place can be seen without signing in. */
export function isPublic({ page }: Route): boolean {
  return page === 'home' || page === 'auth' || page === 'reset' || page === 'docs' || page === 'missing';
}

/**
 * Returns the address to go to after signing in, if it is one of this page that needs an account. Everyone can write the query of a link, so nothing else
 * counts: no other site, no script, no page that would sign in again.
 */
export function safeNext(next: string | null): string | undefined {
  if (next === null || !next.startsWith('/')) return undefined;
  const base = 'https://page.invalid';
  if (!URL.canParse(next, base)) return undefined;
  const { origin, pathname, search } = new URL(next, base);
  if (origin !== base) return undefined;
  const route = routeOf(pathname, search);
  return isPublic(route) || route.page === 'missing' ? undefined : addressOf(route);
}
