/** Paths of files about the page of a relay, which are no part of the manifest. */
export const PAGE_PATHS = {
  /** Names and hashes of all files. */
  manifest: '/.well-known/clawreach-page.json',
  /** Signatures of the manifest, a line for each key. */
  signature: '/.well-known/clawreach-page.json.sig',
  /** Facts that the page shows in its footer: `PageFacts`. */
  facts: '/.well-known/clawreach-page-facts.json',
} as const;

/** Path of the one HTML file. Every route of the page answers it. */
export const PAGE_INDEX = '/index.html';

/** Routes of the page, as patterns of the relay's router. A route that isn't listed here answers 404 when it is loaded. */
export const PAGE_ROUTES = [
  '/',
  '/auth',
  '/verify',
  '/reset-password',
  '/docs',
  '/dashboard',
  '/projects',
  '/project/:id',
  '/project/:id/:section',
  '/terminal/:deviceId',
  '/terminal/:deviceId/:sessionId',
  '/skill/privaclaw',
  '/settings',
  '/settings/:section',
  '/j',
] as const;

/** Folder of files whose names carry a hash of their content, so that caches may keep them for good. */
export const PAGE_ASSETS = '/assets/';

/** Path of the service worker. Its scope is the whole page, so that it lies at the top. */
export const PAGE_SERVICE_WORKER = '/service-worker.js';

/** Name of the meta element with the identity of a page: the hash of its HTML without that element. The service worker of the same build has it, too. */
export const PAGE_ID = 'clawreach-page';

/** Reports whether a path is a route of the page, which answers the HTML file. Pure. */
export function isPageRoute(path: string): boolean {
  const segments = path.split('/');
  return PAGE_ROUTES.some((route) => {
    const pattern = route.split('/');
    return (
      pattern.length === segments.length &&
      pattern.every((part, place) => (part.startsWith(':') ? segments[place] !== '' : part === segments[place]))
    );
  });
}

/** Beginning of the name of the Web Lock that each open page holds, shared, followed by its identity: the files of its version are kept for so long. */
export const PAGE_LOCK = 'clawreach-page ';
