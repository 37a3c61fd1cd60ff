import { createHash } from 'node:crypto';
import { checkPageSignature } from '#node/releases/index.ts';
import { MOST_PAGE_FINDINGS, type PageCheckView, type PageFinding } from '#shared/app-api/index.ts';
import { equalBytes } from '#shared/bytes/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { FileAnswer, FileEncoding } from '#shared/relay-dialer/index.ts';
import {
  PAGE_INDEX,
  PAGE_LIMITS,
  PAGE_PATHS,
  PAGE_ROUTES,
  pageHeaders,
  readPageManifest,
  type PageFile,
  type PageManifest,
  type PageOrigin,
} from '#shared/relay-page/index.ts';

/** Page that this build knows. */
export type KnownPage = Readonly<{
  version: string;
  /** Manifest of this build's own page; undefined for a build without a page. */
  manifest: Uint8Array | undefined;
  /** Keys of releases, raw public keys in base64; none in builds of developers. */
  keys: readonly string[];
}>;

/** Access to the relay whose page is compared. */
export type PageAccess = Readonly<{
  origin: PageOrigin;
  /**
   * Gets a file, compressed on its way as `encoding` says.
   * @throws {DialError} `relay.not-a-relay` if it is longer than `most` bytes, or not compressed as it says
   */
  get(path: string, most: number, encoding: FileEncoding): Promise<FileAnswer>;
}>;

/** Result of a comparison, without its place and time. */
export type PageComparison = Omit<PageCheckView, 'url' | 'at'>;

/** Addresses of the page whose answers are compared with the HTML file: one of each route. */
const ADDRESSES = PAGE_ROUTES.map((route) => route.replaceAll(/:[A-Za-z]+/g, 'x1'));
/** Headers that would take a browser to another page. */
const LEADING_AWAY = ['refresh', 'location'];
/** Compressions in which each file is compared: browsers get the compressed ones. */
const ENCODINGS: readonly FileEncoding[] = ['identity', 'gzip', 'br'];
/** Files that are read at the same time. */
const AT_ONCE = 4;

/**
 * Compares the page that a relay serves with its signed manifest, and with the page of this build if the versions are the same: every file, as it is and
 * compressed, the answer of routes, and the headers under which browsers run it. Sees what the relay sends to this device; other visitors may get something else.
 * @throws what `get` throws, unless something else differs
 */
export async function comparePage(access: PageAccess, known: KnownPage): Promise<PageComparison> {
  const nothing = { version: null, hash: null };
  const manifestDiffers: PageComparison = {
    outcome: 'differs',
    ...nothing,
    findings: [{ path: PAGE_PATHS.manifest, problem: 'manifest' }],
  };
  let served;
  try {
    served = await readManifest(access);
  } catch (error) {
    if (isTooLong(error)) return manifestDiffers;
    throw error;
  }
  if (served === undefined) {
    const { status, headers } = await access.get('/', PAGE_LIMITS.file, 'identity');
    const isPage = status === 200 && (headers['content-type'] ?? '').startsWith('text/html');
    // Another page than a relay's: its manifest is missing.
    return isPage
      ? { outcome: 'differs', ...nothing, findings: [{ path: PAGE_PATHS.manifest, problem: 'missing' }] }
      : { outcome: 'none', ...nothing, findings: [] };
  }
  const hash = createHash('sha256').update(served.bytes).digest('hex').slice(0, 16);
  let signature;
  try {
    signature = checkPageSignature(served.bytes, served.signatures, known.keys);
  } catch {
    // Nothing of it is read.
    return {
      outcome: 'differs',
      version: null,
      hash,
      findings: [{ path: PAGE_PATHS.manifest, problem: 'signature' }],
    };
  }
  let manifest: PageManifest;
  try {
    manifest = readPageManifest(served.bytes);
  } catch (error) {
    if (!(error instanceof ClawReachError)) throw error;
    return { ...manifestDiffers, hash };
  }
  const { version } = manifest;
  const isOwn = known.manifest !== undefined && equalBytes(known.manifest, served.bytes);
  const findings: PageFinding[] = [];
  // One version has one page. Builds of developers have many of a version.
  if (signature === 'release' && version === known.version && known.manifest !== undefined && !isOwn)
    findings.push({ path: PAGE_PATHS.manifest, problem: 'manifest' });
  findings.push(...(await compareFiles(access, manifest)));
  if (findings.length > 0)
    return { outcome: 'differs', version, hash, findings: findings.slice(0, MOST_PAGE_FINDINGS) };
  const outcome = isOwn ? 'same' : signature === 'release' ? 'signed' : 'unsigned';
  return { outcome, version, hash, findings: [] };
}

/** Reads manifest and signatures; once more if the relay was updated between the two. Undefined if the relay has no manifest. */
async function readManifest({
  get,
}: PageAccess): Promise<Readonly<{ bytes: Uint8Array; signatures: string | undefined }> | undefined> {
  for (let round = 0; ; round += 1) {
    const before = await get(PAGE_PATHS.manifest, PAGE_LIMITS.manifest, 'identity');
    if (before.status !== 200) return undefined;
    const signature = await get(PAGE_PATHS.signature, PAGE_LIMITS.signature, 'identity');
    const after = await get(PAGE_PATHS.manifest, PAGE_LIMITS.manifest, 'identity');
    if (equalBytes(before.body, after.body) || round > 0)
      return {
        bytes: before.body,
        signatures: signature.status === 200 ? Buffer.from(signature.body).toString('utf8') : undefined,
      };
  }
}

async function compareFiles(access: PageAccess, manifest: PageManifest): Promise<readonly PageFinding[]> {
  const index = manifest.files.find(({ path }) => path === PAGE_INDEX);
  if (index === undefined) return [{ path: PAGE_INDEX, problem: 'missing' }];
  const expected = Object.entries(pageHeaders(manifest, access.origin));
  const paths: readonly (readonly [path: string, file: PageFile])[] = [
    ...ADDRESSES.map((path) => [path, index] as const),
    ...manifest.files.map((file) => [file.path, file] as const),
  ];
  const wanted = paths.flatMap(([path, file]) => ENCODINGS.map((encoding) => [path, file, encoding] as const));
  const findings = new Map<string, PageFinding>();
  const failures: unknown[] = [];
  let next = 0;
  const read = async (): Promise<void> => {
    for (;;) {
      const request = wanted[next];
      next += 1;
      if (request === undefined || findings.size >= MOST_PAGE_FINDINGS) return;
      const [path, file, encoding] = request;
      try {
        const problem = problemOf(await access.get(path, PAGE_LIMITS.file, encoding), file, expected);
        if (problem !== undefined) findings.set(path, { path, problem });
      } catch (error) {
        if (isTooLong(error)) findings.set(path, { path, problem: 'changed' });
        else failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, read));
  // One answer that doesn't come hides nothing about the others.
  if (findings.size === 0 && failures.length > 0) throw failures[0];
  return [...findings.values()];
}

/** Returns how an answer differs from a file of the manifest. */
function problemOf(
  { status, headers, body }: FileAnswer,
  file: PageFile,
  expected: readonly (readonly [name: string, value: string])[],
): PageFinding['problem'] | undefined {
  if (status !== 200) return 'missing';
  if (createHash('sha256').update(body).digest('base64') !== file.sha256) return 'changed';
  const isAsExpected = expected.every(([name, value]) => headers[name.toLowerCase()] === value);
  return isAsExpected && LEADING_AWAY.every((name) => headers[name] === undefined) ? undefined : 'headers';
}

/** Reports whether an answer was longer than a page's file may be. */
function isTooLong(error: unknown): boolean {
  return errorCode(error) === 'relay.not-a-relay';
}
