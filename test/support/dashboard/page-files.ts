import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';

const FOLDER = new URL('../../../dist/page', import.meta.url).pathname;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
};

/** Policy that is at least as strict as the relay's. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** Answer to a request for a file of the page. */
export type PageAnswer = Readonly<{ status: number; headers: Record<string, string>; body: Buffer | string }>;

/** The built page in memory. */
export type PageFiles = Readonly<{ answer(path: string): PageAnswer }>;

/** Reads the built page. Every address that is no file is the page itself. */
export async function servePage(): Promise<PageFiles> {
  const files = new Map<string, Buffer>();
  for (const entry of await readdir(FOLDER, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(`/${relative(FOLDER, path)}`, await readFile(path));
  }
  const index = files.get('/index.html');
  if (index === undefined) throw new Error('dist/page has no index.html: build first');
  const headers = (path: string): Record<string, string> => ({
    'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
    'Content-Security-Policy': POLICY,
  });
  return {
    answer(path) {
      const file = files.get(path);
      if (file !== undefined) return { status: 200, headers: headers(path), body: file };
      if (path.startsWith('/assets/')) return { status: 404, headers: {}, body: '' };
      return { status: 200, headers: headers('/index.html'), body: index };
    },
  };
}
