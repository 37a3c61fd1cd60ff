import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { WebHostError } from './errors.ts';

/** Content types of the built window's files; other files aren't served. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/** Largest total size of the files, bytes: far more than the window needs, and small enough for memory. */
const MAX_BYTES = 64 * 1024 * 1024;

export type ServedFile = Readonly<{ type: string; bytes: Buffer }>;

/**
 * Reads the built window's files into memory, by exact request path: `/`, `/assets/….js`. Called once by `startWebHost`, which serves only these.
 * Anything not in the table doesn't exist, so no path can lead outside. Leaves out development pages (`stories.html`).
 * @throws {WebHostError} `web-host.files-missing`: no `index.html`, or more than `MAX_BYTES` in total
 */
export async function loadFiles(directory: string): Promise<ReadonlyMap<string, ServedFile>> {
  const files = new Map<string, ServedFile>();
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  let total = 0;
  for (const entry of entries) {
    const type = TYPES[extname(entry.name)];
    const path = join(entry.parentPath, entry.name);
    const name = `/${path.slice(directory.length).replaceAll('\\', '/').replace(/^\/+/, '')}`;
    if (!entry.isFile() || type === undefined || (type.startsWith('text/html') && name !== '/index.html')) continue;
    const bytes = await readFile(path);
    total += bytes.length;
    if (total > MAX_BYTES) throw missing(directory, 'it is too large to be the window');
    files.set(name, { type, bytes });
  }
  const index = files.get('/index.html');
  if (index === undefined) throw missing(directory, 'there is no index.html in it');
  files.set('/', index);
  return files;
}

function missing(directory: string, reason: string): WebHostError {
  return new WebHostError('web-host.files-missing', `no window in ${directory}: ${reason}`, {
    details: { directory, reason },
  });
}
