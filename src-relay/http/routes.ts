import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RELAY_PATHS } from '#shared/relay-api/index.ts';
import { isOwnMachine } from './client-address.ts';
import { sendText as sendPlainText } from './responses.ts';

/** Answer to a browser at an address that nothing has. The page itself, with its words and look, has addresses of its own. */
const MISSING_PAGE =
  '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">' +
  '<meta name="color-scheme" content="light dark"><title>ClawReach</title>' +
  '<h1>There is no such page.</h1><p><a href="/">Go to the start</a></p></html>';

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
          sendText(response, 404, MISSING_PAGE, { 'Content-Type': 'text/html; charset=utf-8' });
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
