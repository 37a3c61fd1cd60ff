/**
 * Completes what the bundler made of the page: integrity of every script and style, an import map for what is loaded later, the page's identity, and the
 * manifest.
 */
import { createHash } from 'node:crypto';
import {
  PAGE_ID,
  PAGE_INDEX,
  PAGE_PATHS,
  PAGE_SERVICE_WORKER,
  readPageManifest,
  type PageManifest,
} from '../../src-shared/relay-page/index.ts';
import { withPageId } from './service-worker.ts';

/** Files by path, which begins with a slash. */
export type PageContents = ReadonlyMap<string, Uint8Array>;

/** Inline scripts, handlers and styles, which the policy would refuse in the browser: the build fails first. */
const INLINE = /<script(?![^>]*\bsrc=)[^>]*>|<style\b|\son[a-z]+\s*=|\shref\s*=\s*["']?javascript:/i;
const TAG = /<(?:script|link)\b[^>]*>/gi;

/** @returns the files that the relay serves, with the manifest at `PAGE_PATHS.manifest` */
export function finishPage(built: PageContents, version: string): PageContents {
  const files = new Map(built);
  const html = files.get(PAGE_INDEX);
  if (html === undefined) throw new Error(`the page has no ${PAGE_INDEX}`);
  // The browser fetches the service worker by itself, and compares nothing.
  const scripts = [...files.keys()].filter((path) => path.endsWith('.js') && path !== PAGE_SERVICE_WORKER).toSorted();
  // Browsers take the hash of a chunk that is imported later from here; the page takes that of a worker.
  const integrity = Object.fromEntries(scripts.map((path) => [path, `sha256-${sha256(contentOf(files, path))}`]));
  const map = JSON.stringify({ integrity });
  const complete = completeHtml(Buffer.from(html).toString('utf8'), files, map);
  const id = createHash('sha256').update(complete).digest('base64url').slice(0, 22);
  files.set(
    PAGE_INDEX,
    Buffer.from(complete.replace('<head>', `<head>\n    <meta name="${PAGE_ID}" content="${id}">`)),
  );
  const serviceWorker = files.get(PAGE_SERVICE_WORKER);
  if (serviceWorker !== undefined) files.set(PAGE_SERVICE_WORKER, withPageId(serviceWorker, id));
  const manifest: PageManifest = {
    format: 1,
    version,
    files: [...files]
      .map(([path, content]) => ({ path, sha256: sha256(content), size: content.length }))
      .toSorted((one, other) => (one.path < other.path ? -1 : 1)),
    inline: [sha256(Buffer.from(map))],
  };
  const bytes = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
  // As the relay will.
  readPageManifest(bytes);
  return files.set(PAGE_PATHS.manifest, bytes);
}

function completeHtml(html: string, files: PageContents, map: string): string {
  if (INLINE.test(html)) throw new Error('the page has something inline, which its policy refuses');
  const complete = html.replace(TAG, (tag) => {
    const rel = attribute(tag, 'rel') ?? '';
    const isChecked = tag.toLowerCase().startsWith('<script') || ['stylesheet', 'modulepreload'].includes(rel);
    const url = attribute(tag, 'src') ?? attribute(tag, 'href') ?? '';
    if (!url.startsWith('/') || url.startsWith('//')) throw new Error(`${url} is not a path from the root of the page`);
    const content = contentOf(files, url);
    if (!isChecked) return tag;
    return tag.replace(/\s*\/?>$/, ` integrity="sha256-${sha256(content)}">`);
  });
  const script = `<script type="importmap">${map}</script>`;
  const place = complete.search(/<(?:script|link)\b/i);
  if (place < 0) throw new Error('the page loads no script');
  return `${complete.slice(0, place)}${script}\n    ${complete.slice(place)}`;
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\s${name}="([^"]*)"`, 'i').exec(tag)?.[1];
}

function contentOf(files: PageContents, path: string): Uint8Array {
  const content = files.get(path);
  if (content === undefined) throw new Error(`the page names ${path}, which the build has not made`);
  return content;
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('base64');
}
