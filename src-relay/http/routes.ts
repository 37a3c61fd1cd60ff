import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RELAY_PATHS } from '#shared/relay-api/index.ts';
import { isOwnMachine } from './client-address.ts';
import { sendText as sendPlainText } from './responses.ts';

/** Look of the answer below: that of the page's own pages for people without an account, in light and dark. */
const MISSING_STYLE =
  ':root{color-scheme:light dark;--ground:#fff;--text:#1b1b21;--muted:#5c5c68;--accent:#4a4fd0}' +
  '@media (prefers-color-scheme:dark){:root{--ground:#16161b;--text:#ececf1;--muted:#a3a3b0;--accent:#a5a8ff}}' +
  'body{margin:0;background:var(--ground);color:var(--text);font:15px/1.5 system-ui,sans-serif}' +
  'header{display:flex;align-items:center;gap:8px;padding:16px;font-size:17px;font-weight:600}' +
  'main{max-width:392px;margin:10vh auto 0;padding:16px;text-align:center}' +
  'h1{margin:0 0 8px;font-size:20px;line-height:1.3}p{margin:0 0 16px;color:var(--muted)}' +
  'a{color:var(--accent)}a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}';

/** Answer to a browser at an address that nothing has. The page itself, with its words in all languages, has addresses of its own. */
const MISSING_PAGE =
  '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">' +
  `<title>ClawReach</title><style>${MISSING_STYLE}</style>` +
  '<header><svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">' +
  '<rect width="32" height="32" rx="8" fill="#4a4fd0"/>' +
  '<path d="M19.7 9.9a8 8 0 1 0 0 12.2" fill="none" stroke="#fff" stroke-width="3.4" stroke-linecap="round"/>' +
  '<circle cx="23.2" cy="16" r="2.9" fill="#fff"/></svg>ClawReach</header>' +
  '<main><h1>There is no such page.</h1><p>Check the address, or start from the beginning.</p>' +
  '<a href="/">Go to the start</a></main></html>';

/** Headers of that answer: a policy of its own lets that one style through, and nothing else. */
const MISSING_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy':
    `default-src 'none'; style-src 'sha256-${createHash('sha256').update(MISSING_STYLE).digest('base64')}'; ` +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

/** Handler of a plain HTTP request. */
export type HttpHandler = (request: IncomingMessage, response: ServerResponse, path: string) => void;

/**
 * Creates the handler of the plain HTTP requests that `RelayServer` receives: health, readiness and metrics; every other path gets a line that names
 * this service.
 */
export function createRoutes(
  options: Readonly<{
    /** Token that lets its holders read metrics. If undefined, only programs of this machine read them, and no one behind a proxy. */
    metricsToken: string | undefined;
    /** True if a proxy runs in front of the relay: it makes every client look local, and may not announce itself. */
    behindProxy: boolean;
    /** Headers of every answer besides those that say what it is; none without a page. */
    headers?: Readonly<Record<string, string>>;
    /** True if browsers find a page at `/`, to which an unknown address then leads. */
    hasPage?: boolean;
    ready(): boolean;
    metrics(): Promise<Readonly<{ type: string; text: string }>>;
  }>,
): HttpHandler {
  const sendText = (
    response: ServerResponse,
    status: number,
    text: string,
    headers: Readonly<Record<string, string>> = {},
  ): void => sendPlainText(response, status, text, { ...options.headers, ...headers });
  const sendMetrics = async (response: ServerResponse): Promise<void> => {
    try {
      const { type, text } = await options.metrics();
      sendText(response, 200, text.trimEnd(), { 'Content-Type': type });
    } catch {
      sendText(response, 500, 'metrics failed');
    }
  };
  return (request, response, path) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      sendText(response, 405, 'Only GET.', { Allow: 'GET, HEAD', Connection: 'close' });
      return;
    }
    switch (path) {
      case RELAY_PATHS.health:
        sendText(response, 200, 'ok');
        break;
      case RELAY_PATHS.readiness:
        sendText(response, options.ready() ? 200 : 503, options.ready() ? 'ready' : 'not ready');
        break;
      case RELAY_PATHS.metrics:
        if (mayReadMetrics(request, options)) void sendMetrics(response);
        else
          sendText(
            response,
            403,
            'Metrics are for programs of this machine, and not through a proxy; with a metrics token for its holders.',
          );
        break;
      case RELAY_PATHS.control:
      case RELAY_PATHS.link:
        sendText(response, 426, 'This address speaks WebSocket only.', { Upgrade: 'websocket', Connection: 'Upgrade' });
        break;
      default:
        if (options.hasPage === true && (request.headers.accept ?? '').includes('text/html'))
          sendText(response, 404, MISSING_PAGE, MISSING_HEADERS);
        else
          sendText(
            response,
            404,
            'Nothing here. This is a ClawReach relay; agents connect to it by its URL without a path.',
          );
    }
  };
}

function mayReadMetrics(
  request: IncomingMessage,
  { metricsToken: token, behindProxy }: Readonly<{ metricsToken: string | undefined; behindProxy: boolean }>,
): boolean {
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (token !== undefined) return given !== undefined && timingSafeEqual(digest(given), digest(token));
  return !behindProxy && isOwnMachine(request);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
