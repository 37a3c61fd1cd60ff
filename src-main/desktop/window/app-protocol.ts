import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { APP_ORIGIN } from '../app-scheme.ts';
import { SECURITY_HEADERS } from './content-policy.ts';

/** Content types of the window's files; others aren't served. */
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** Paths as the bundler creates them: no segment starts with a dot, so none leads upwards, and nothing is percent-encoded. */
const PATH = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/;
const LONGEST_PATH = 256;

/**
 * Creates the handler for URLs of the scheme `app:`, which serves the page's requests from one directory. Reads each file when it is requested.
 * Installed by `hardenSession`.
 * @param directory absolute path of the renderer's build
 */
export function createAppHandler(directory: string): (request: Pick<Request, 'method' | 'url'>) => Promise<Response> {
  return async ({ method, url }) => {
    if (method !== 'GET') return refuse(405);
    const path = readPath(url);
    const type = path === undefined ? undefined : TYPES[extname(path)];
    if (path === undefined || type === undefined) return refuse(404);
    try {
      const content = await readFile(join(directory, path));
      return new Response(content, { headers: { ...SECURITY_HEADERS, 'content-type': type } });
    } catch {
      return refuse(404);
    }
  };
}

/**
 * Returns the path of a URL of our own origin, else undefined. Reads the text itself, since parsing would resolve and
 * decode what must not be there.
 */
function readPath(url: string): string | undefined {
  if (!url.startsWith(`${APP_ORIGIN}/`)) return undefined;
  const [path = ''] = url.slice(APP_ORIGIN.length).split(/[?#]/);
  if (path === '/') return '/index.html';
  return path.length <= LONGEST_PATH && PATH.test(path) ? path : undefined;
}

function refuse(status: 404 | 405): Response {
  return new Response(null, { status, headers: SECURITY_HEADERS });
}
