import { isPageRoute, PAGE_ASSETS } from '#shared/relay-page/index.ts';
import { PageFiles } from './page-files.ts';
import type { FetchEvent, PageClient, ServiceWorkerScope } from './scope.ts';

/** Longest wait for the relay's answer before a stored page is shown, ms. */
const ANSWER_WITHIN = 5000;
/** Answers of a proxy whose relay is away. The relay itself gives other ones, which are shown. */
const OF_PROXIES: ReadonlySet<number> = new Set([502, 504]);

/**
 * Runs the service worker of the page: stores the files of its version, answers from them, and shows the stored page where the relay can't be reached. It
 * takes over at once; an open page goes on with the files of its own version until its person reloads it.
 * @param id identity of the page that the service worker belongs to
 */
export function runServiceWorker(scope: ServiceWorkerScope, id: string): void {
  const files = new PageFiles(scope, id);
  scope.addEventListener('install', (event) => event.waitUntil(files.install().then(() => scope.skipWaiting())));
  scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim().then(() => files.tidy())));
  scope.addEventListener('fetch', (event) => {
    const { pathname, origin } = new URL(event.request.url);
    if (event.request.method !== 'GET' || origin !== scope.location.origin) return;
    if (event.request.mode === 'navigate') {
      if (isPageRoute(pathname)) event.respondWith(answerPage(scope, files, event));
    } else if (pathname.startsWith(PAGE_ASSETS)) event.respondWith(answerAsset(scope, files, event, pathname));
  });
  scope.addEventListener('message', (event) => {
    // The page asks for the version, and answers nothing else.
    if (event.data !== 'version') return;
    event.ports[0]?.postMessage(id);
    event.waitUntil(files.tidy());
  });
  scope.addEventListener('notificationclick', (event) => {
    event.notification.close();
    event.waitUntil(showPage(scope, event.notification.data));
  });
}

/** Answers a navigation: from the relay, or from the stored file if the relay can't be reached. */
async function answerPage(scope: ServiceWorkerScope, files: PageFiles, { request }: FetchEvent): Promise<Response> {
  const stored = await files.index();
  const asked = scope.fetch(request);
  if (stored === undefined) return await asked;
  asked.catch(() => undefined);
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, ANSWER_WITHIN, undefined));
  const answer = await Promise.race([asked, late]).catch(() => undefined);
  return answer === undefined || OF_PROXIES.has(answer.status) ? stored : answer;
}

async function answerAsset(
  scope: ServiceWorkerScope,
  files: PageFiles,
  event: FetchEvent,
  path: string,
): Promise<Response> {
  const stored = await files.asset(path);
  if (stored !== undefined) return stored;
  const response = await scope.fetch(event.request);
  if (response.ok) event.waitUntil(files.keep(path, response.clone()));
  return response;
}

/** Brings an open page to the front, or opens one, at the place that the notification names. */
async function showPage(scope: ServiceWorkerScope, data: unknown): Promise<void> {
  const place = typeof data === 'object' && data !== null && 'path' in data ? data.path : undefined;
  const path = typeof place === 'string' && isPageRoute(place) ? place : '/dashboard';
  const request = typeof data === 'object' && data !== null && 'request' in data ? data.request : undefined;
  const pages = await scope.clients.matchAll({ type: 'window' });
  const pathOf = ({ url }: PageClient): string => new URL(url).pathname;
  const page =
    pages.find((one) => pathOf(one) === path) ??
    // The window that has the request shows another terminal now.
    pages.find((one) => request !== undefined && pathOf(one).startsWith('/terminal/')) ??
    pages[0];
  if (page === undefined) {
    await scope.clients.openWindow(path);
    return;
  }
  // The page goes to the place also where the browser refuses to bring it to the front.
  await page.focus().catch(() => undefined);
  page.postMessage({ kind: 'show', path, ...(request === undefined ? {} : { request }) });
}
