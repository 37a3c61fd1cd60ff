import { ClawReachError } from '#shared/errors.ts';
import {
  PAGE_ASSETS,
  PAGE_ID,
  PAGE_INDEX,
  PAGE_LIMITS,
  PAGE_LOCK,
  PAGE_PATHS,
  readPageManifest,
  type PageFile,
  type PageManifest,
} from '#shared/relay-page/index.ts';
import type { ServiceWorkerScope } from './scope.ts';

/** Beginning of the names of the caches. */
const CACHE = 'clawreach-page ';
/** Files that are stored when they are used first: most people read one alphabet. */
const LATER = /\.(?:woff2?|ttf)$/;
/** Files that are loaded at once. */
const AT_ONCE = 6;
/** Headers that describe how a content was sent. The stored content is plain. */
const OF_SENDING = ['content-encoding', 'content-length', 'transfer-encoding', 'vary'];

/**
 * Files of one version of the page, in a cache of its own. A file is stored only if the manifest of this version names it, and its bytes have the hash
 * there; answers of the API never are.
 */
export class PageFiles {
  readonly #scope: ServiceWorkerScope;
  readonly #id: string;

  /** @param id identity of the page */
  constructor(scope: ServiceWorkerScope, id: string) {
    this.#scope = scope;
    this.#id = id;
  }

  /**
   * Loads the HTML file, scripts and style of this version, and stores them. What an older version has stored is taken from there, and compared as well.
   * @throws {ClawReachError} `page.changed` if a file isn't the one that the manifest names, or the relay has another version by now; nothing is kept then
   */
  async install(): Promise<void> {
    const { caches } = this.#scope;
    const wasThere = await caches.has(this.#name);
    try {
      const bytes = await this.#load(PAGE_PATHS.manifest, PAGE_LIMITS.manifest, 'no-cache');
      const manifest = readPageManifest(bytes.content);
      const cache = await caches.open(this.#name);
      const index = await this.#loadFile(PAGE_INDEX, manifest);
      // The relay may have got another version since it sent this script.
      if (!new TextDecoder().decode(index.content).includes(`<meta name="${PAGE_ID}" content="${this.#id}">`))
        throw changed(PAGE_INDEX);
      const files = manifest.files.filter(({ path }) => path.startsWith(PAGE_ASSETS) && !LATER.test(path));
      for (let start = 0; start < files.length; start += AT_ONCE) {
        await Promise.all(
          files.slice(start, start + AT_ONCE).map(async ({ path }) => {
            await cache.put(path, responseOf(await this.#loadFile(path, manifest)));
          }),
        );
      }
      await cache.put(PAGE_INDEX, responseOf(index));
      // Last: a cache with a manifest is complete.
      await cache.put(PAGE_PATHS.manifest, responseOf(bytes));
    } catch (error) {
      if (!wasThere) await caches.delete(this.#name);
      throw error;
    }
  }

  /** Returns the stored HTML file; undefined without one. */
  async index(): Promise<Response | undefined> {
    return await (await this.#scope.caches.open(this.#name)).match(PAGE_INDEX);
  }

  /** Returns a stored file of `/assets/`, of this version or of an older one that a page still runs. Their names carry a hash of their content. */
  async asset(path: string): Promise<Response | undefined> {
    const own = await (await this.#scope.caches.open(this.#name)).match(path);
    if (own !== undefined) return own;
    for (const name of await this.#others()) {
      const other = await (await this.#scope.caches.open(name)).match(path);
      if (other !== undefined) return other;
    }
    return undefined;
  }

  /** Stores a file that a page has just loaded, if it is the one that the manifest names. */
  async keep(path: string, response: Response): Promise<void> {
    const cache = await this.#scope.caches.open(this.#name);
    const stored = await cache.match(PAGE_PATHS.manifest);
    if (stored === undefined) return;
    const file = readPageManifest(new Uint8Array(await stored.arrayBuffer())).files.find((each) => each.path === path);
    if (file === undefined) return;
    const content = await readBounded(response, file.size);
    if (await isSame(content, file)) await cache.put(path, responseOf({ content, headers: response.headers }));
  }

  /** Removes the files of other versions, unless an open page runs one of them. */
  async tidy(): Promise<void> {
    const { held = [] } = await this.#scope.navigator.locks.query();
    const inUse = new Set(held.map(({ name = '' }) => name));
    for (const name of await this.#others()) {
      if (!inUse.has(`${PAGE_LOCK}${name.slice(CACHE.length)}`)) await this.#scope.caches.delete(name);
    }
  }

  get #name(): string {
    return `${CACHE}${this.#id}`;
  }

  async #others(): Promise<readonly string[]> {
    const names = await this.#scope.caches.keys();
    return names.filter((name) => name.startsWith(CACHE) && name !== this.#name);
  }

  async #loadFile(path: string, manifest: PageManifest): Promise<Loaded> {
    const file = manifest.files.find((each) => each.path === path);
    if (file === undefined) throw changed(path);
    const stored = path.startsWith(PAGE_ASSETS) ? await this.asset(path) : undefined;
    if (stored !== undefined) {
      const content = new Uint8Array(await stored.arrayBuffer());
      if (await isSame(content, file)) return { content, headers: stored.headers };
    }
    // The page has just loaded most of them. What the browser's cache has may be damaged: the second attempt goes past it.
    for (const cache of [path.startsWith(PAGE_ASSETS) ? 'default' : 'no-cache', 'reload'] as const) {
      const loaded = await this.#load(path, file.size, cache);
      if (await isSame(loaded.content, file)) return loaded;
    }
    throw changed(path);
  }

  async #load(path: string, size: number, cache: RequestCache): Promise<Loaded> {
    const response = await this.#scope.fetch(path, { cache, credentials: 'omit', redirect: 'error' });
    if (!response.ok) throw changed(path);
    return { content: await readBounded(response, size), headers: response.headers };
  }
}

type Loaded = Readonly<{ content: Uint8Array<ArrayBuffer>; headers: Headers }>;

async function isSame(content: Uint8Array<ArrayBuffer>, { sha256, size }: PageFile): Promise<boolean> {
  if (content.length !== size) return false;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
  return btoa(String.fromCharCode(...digest)) === sha256;
}

/** Reads a body of at most `size` bytes; a longer one is cut after the piece that exceeds it, and has no hash that counts. */
async function readBounded(response: Response, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const piece of piecesOf(response)) {
    pieces.push(piece);
    length += piece.length;
    if (length > size) break;
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

/** Yields the pieces of a body, and ends its transfer when the caller wants no more. Not every browser iterates over a body itself. */
async function* piecesOf({ body }: Response): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel();
  }
}

function responseOf({ content, headers }: Loaded): Response {
  const kept = new Headers(headers);
  for (const name of OF_SENDING) kept.delete(name);
  return new Response(content, { headers: kept });
}

function changed(path: string): ClawReachError {
  return new ClawReachError('page.changed', `${path} is not the file that the manifest of the page names`, {
    details: { path },
  });
}
