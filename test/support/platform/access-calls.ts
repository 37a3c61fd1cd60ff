import { once } from 'node:events';
import { WebSocket } from 'ws';
import { PLATFORM_ROUTES, type PlatformRoutes, type Route, type RouteName } from '#shared/platform/index.ts';
import { queryString, SAMPLE_REQUESTS } from '../platform-requests.ts';
import type { TestPlatform } from './test-platform.ts';

/** Parts of a request that replace those of the route's sample. */
export type RequestChanges = Readonly<{
  params?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
  input?: unknown;
}>;

/** Answer as it came. */
export type RawAnswer = Readonly<{ status: number; code: string | undefined; text: string; headers: Headers }>;

/** Sends a request of a route as it is, without any check of its parts. An open WebSocket is closed, and answers 101. */
export async function callRoute(
  platform: TestPlatform,
  name: RouteName,
  headers: Readonly<Record<string, string>>,
  changes: RequestChanges = {},
): Promise<RawAnswer> {
  const route: Route = PLATFORM_ROUTES[name satisfies keyof PlatformRoutes];
  const sample = SAMPLE_REQUESTS[name];
  const params: Readonly<Record<string, string>> = { ...sample.params, ...changes.params };
  const path = route.path.replaceAll(/:([a-z]+)/g, (_, parameter: string) =>
    encodeURIComponent(params[parameter] ?? ''),
  );
  const query = String(queryString(changes.query ?? {}));
  const url = `${platform.origin}${path}${query === '' ? '' : `?${query}`}`;
  if (route.answer === 'websocket') return openSocket(url, headers);
  const input = 'input' in changes ? changes.input : sample.input;
  return send(url, route.method, headers, input);
}

/** Picture to set, as its route takes it. */
export function isPicture(body: unknown): body is Readonly<{ type: string; bytes: Uint8Array<ArrayBuffer> }> {
  return typeof body === 'object' && body !== null && 'bytes' in body && body.bytes instanceof Uint8Array;
}

/** Sends a request. The body is sent as JSON unless it is a text or a picture. */
export async function send(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body?: unknown,
): Promise<RawAnswer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': isPicture(body) ? body.type : 'application/json' }),
      ...headers,
    },
    ...(body === undefined
      ? {}
      : { body: typeof body === 'string' ? body : isPicture(body) ? body.bytes : JSON.stringify(body) }),
  });
  if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) {
    await response.body?.cancel();
    return { status: response.status, code: undefined, text: '', headers: response.headers };
  }
  const text = await response.text();
  return { status: response.status, code: codeIn(text), text, headers: response.headers };
}

async function openSocket(url: string, headers: Readonly<Record<string, string>>): Promise<RawAnswer> {
  const socket = new WebSocket(url.replace('http', 'ws'), { headers: { ...headers }, perMessageDeflate: false });
  const answered = new Promise<RawAnswer>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => resolve({ status: 101, code: undefined, text: '', headers: new Headers() }));
    socket.on('unexpected-response', (_, response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, code: codeIn(text), text, headers: new Headers() }),
      );
    });
  });
  const answer = await answered;
  if (answer.status === 101) {
    socket.close();
    await once(socket, 'close');
  }
  return answer;
}

function codeIn(text: string): string | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'code' in body && 'error' in body
      ? String(body.code)
      : undefined;
  } catch {
    return undefined;
  }
}
