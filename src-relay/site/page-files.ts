import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip } from 'node:zlib';
import { builtUpdateSource, checkPageSignature } from '#node/releases/index.ts';
import { ClawReachError, systemCode } from '#shared/errors.ts';
import {
  PAGE_INDEX,
  PAGE_LIMITS,
  PAGE_PATHS,
  readPageManifest,
  type PageFile,
  type PageManifest,
  type PageSignature,
} from '#shared/relay-page/index.ts';

/** Encodings in which the build stores files besides plain, best first, with the ending of their names. */
const ENCODINGS = { br: '.br', gzip: '.gz' } as const;

/** Encoding of a file's content, as in `Content-Encoding`. */
export type PageEncoding = keyof typeof ENCODINGS;

/** File of the page in memory. */
export type LoadedFile = PageFile &
  Readonly<{ content: Uint8Array; encoded: Readonly<Partial<Record<PageEncoding, Uint8Array>>> }>;

/** Page in memory, whose files are those of its manifest. */
export type LoadedPage = Readonly<{
  manifest: PageManifest;
  signature: PageSignature;
  /** First 16 hexadecimal digits of the manifest's SHA-256, for people to compare. */
  hash: string;
  /** Files by path. */
  files: ReadonlyMap<string, LoadedFile>;
  /** Manifest as signed. */
  manifestBytes: Uint8Array;
  /** Text of the signature file; undefined if there is none. */
  signatures: string | undefined;
}>;

/** Source of a page. */
export type PageSource = Readonly<{
  folder: string;
  /** Version that the page must have. */
  version: string;
  /** Keys of releases, raw public keys in base64; none in builds of developers. Default: those of this build. */
  keys?: readonly string[];
}>;

/**
 * Reads the page into memory, and compares every file with the signed manifest. Reads the folder only; what isn't in the manifest is left out.
 * @throws {ClawReachError} `page.missing`, `page.manifest`, `update.unsigned`, `update.wrong-signature`, `page.version`, `page.file`
 */
export async function loadPage(source: PageSource): Promise<LoadedPage> {
  const keys = source.keys ?? builtUpdateSource()?.keys ?? [];
  const manifestBytes = await readFile(join(source.folder, PAGE_PATHS.manifest)).catch((cause: unknown) => {
    throw new ClawReachError('page.missing', 'this build has no page', { cause });
  });
  const signatures = await readOptional(join(source.folder, PAGE_PATHS.signature));
  const signature = checkPageSignature(manifestBytes, signatures?.toString('utf8'), keys);
  const manifest = readPageManifest(manifestBytes);
  if (manifest.version !== source.version)
    throw new ClawReachError(
      'page.version',
      `the page is of version ${manifest.version}, the relay of ${source.version}`,
      {
        details: { page: manifest.version, relay: source.version },
      },
    );
  const files = new Map<string, LoadedFile>();
  for (const file of manifest.files) files.set(file.path, await loadFile(source.folder, file));
  if (!files.has(PAGE_INDEX)) throw fileError(PAGE_INDEX);
  return {
    manifest,
    signature,
    hash: createHash('sha256').update(manifestBytes).digest('hex').slice(0, 16),
    files,
    manifestBytes,
    signatures: signatures?.toString('utf8'),
  };
}

/** Returns the folder of the built page: beside the bundle, or `dist/page` when run from sources. */
export function builtPageFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  return here.endsWith(join('src-relay', 'site')) ? join(here, '..', '..', 'dist', 'page') : join(here, 'page');
}

async function loadFile(folder: string, file: PageFile): Promise<LoadedFile> {
  const path = join(folder, ...file.path.split('/'));
  const content = await readOptional(path);
  if (content === undefined || !isSame(content, file)) throw fileError(file.path);
  const encoded: Partial<Record<PageEncoding, Uint8Array>> = {};
  for (const encoding of ['br', 'gzip'] as const) {
    const bytes = await readOptional(`${path}${ENCODINGS[encoding]}`);
    if (bytes === undefined) continue;
    const plain = await decode(encoding, bytes, file.size).catch(() => undefined);
    if (plain === undefined || !isSame(plain, file)) throw fileError(`${file.path}${ENCODINGS[encoding]}`);
    encoded[encoding] = bytes;
  }
  return { ...file, content, encoded };
}

function isSame(content: Uint8Array, { sha256, size }: PageFile): boolean {
  return content.length === size && createHash('sha256').update(content).digest('base64') === sha256;
}

function decode(encoding: PageEncoding, bytes: Uint8Array, size: number): Promise<Uint8Array> {
  const options = { maxOutputLength: Math.max(1, size) };
  return encoding === 'br' ? promisify(brotliDecompress)(bytes, options) : promisify(gunzip)(bytes, options);
}

/** Reads a file of at most the limit; undefined if there is none. */
async function readOptional(path: string): Promise<Buffer | undefined> {
  try {
    const bytes = await readFile(path);
    return bytes.length > PAGE_LIMITS.file ? undefined : bytes;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function fileError(path: string): ClawReachError {
  return new ClawReachError('page.file', `${path} is not the file that the manifest names`, { details: { path } });
}
