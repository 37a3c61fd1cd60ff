import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { PAGE_ID, PAGE_INDEX, PAGE_SERVICE_WORKER } from '#shared/relay-page/index.ts';
import { finishPage } from '../../../scripts/page/finish-page.ts';
import { buildServiceWorker } from '../../../scripts/page/service-worker.ts';
import { writePage } from '../../../scripts/page/write-page.ts';
import { VERSION } from './fixture-page.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
const BUILT = join(ROOT, 'dist', 'page');

/** A folder with a page for a relay, and the identity of that page. */
export type BuiltPage = Readonly<{ folder: string; id: string; remove(): Promise<void> }>;

/**
 * The built page with the service worker of the sources. `next`: as another version of it would be, with another title, and other names for what is loaded
 * later.
 */
export async function writeBuiltPage(version: 'this' | 'next'): Promise<BuiltPage> {
  const rename = version === 'next' ? renamed : (text: string) => text;
  const files = new Map<string, Uint8Array>();
  for (const entry of await readdir(BUILT, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = `/${relative(BUILT, path)}`;
    if (!entry.isFile() || /\.(?:br|gz)$/.test(name) || name.startsWith('/.well-known/')) continue;
    const content = await readFile(path);
    const isText = /\.(?:html|js|css)$/.test(name);
    files.set(rename(name), isText ? Buffer.from(rename(content.toString('utf8'))) : content);
  }
  files.set(PAGE_SERVICE_WORKER, (await buildServiceWorker(ROOT)).code);
  const html = Buffer.from(files.get(PAGE_INDEX) ?? '').toString('utf8');
  files.set(PAGE_INDEX, Buffer.from(unfinished(html)));
  const folder = await mkdtemp(join(tmpdir(), 'clawreach-built-page-'));
  const finished = finishPage(files, VERSION);
  await writePage(folder, finished, 'quick');
  const complete = Buffer.from(finished.get(PAGE_INDEX) ?? '').toString('utf8');
  const id = new RegExp(`<meta name="${PAGE_ID}" content="([^"]+)">`).exec(complete)?.[1];
  if (id === undefined) throw new Error('the page has no identity');
  return { folder, id, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Returns the HTML as it was before the build finished it. */
function unfinished(html: string): string {
  return html
    .replace(/\s*<meta name="clawreach-page"[^>]*>/, '')
    .replace(/<script type="importmap">.*?<\/script>\s*/s, '')
    .replaceAll(/ integrity="[^"]*"/g, '');
}

/** Gives the title and the chunks of pages another name, as another content would. */
function renamed(text: string): string {
  return text
    .replace('<title>ClawReach</title>', '<title>ClawReach, next</title>')
    .replaceAll(/\b(settings|auth|docs)-([\w-]{8})\.js/g, '$1-N$2.js');
}
