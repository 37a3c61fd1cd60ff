import { createHash } from 'node:crypto';
import { checkPageSignature } from '#node/releases/index.ts';
import { MOST_PAGE_FINDINGS, type PageCheckView, type PageFinding } from '#shared/app-api/index.ts';
import { equalBytes } from '#shared/bytes/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { FileAnswer } from '#shared/relay-dialer/index.ts';
import {
  PAGE_INDEX,
  PAGE_LIMITS,
  PAGE_PATHS,
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
  /** Gets a file as a browser does. */
  get(path: string, most: number): Promise<FileAnswer>;
}>;

/** Result of a comparison, without its place and time. */
export type PageComparison = Omit<PageCheckView, 'url' | 'at'>;

/** Route of the page whose answer is compared with the HTML file, besides `/`. */
const ROUTE = '/dashboard';
/** Files that are read at the same time. */
const AT_ONCE = 4;

/**
 * Compares the page that a relay serves with its signed manifest, and with the page of this build if the versions are the same: every file, the answer of
 * routes, and the headers under which browsers run it. Sees what the relay sends to this device; other visitors may get something else.
 * @throws what `get` throws
 */
export async function comparePage(access: PageAccess, known: KnownPage): Promise<PageComparison> {
  const served = await readManifest(access);
  const nothing = { version: null, hash: null };
  if (served === undefined) {
    const { status, headers } = await access.get('/', PAGE_LIMITS.file);
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
    return { outcome: 'differs', version: null, hash, findings: [{ path: PAGE_PATHS.manifest, problem: 'manifest' }] };
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
    const before = await get(PAGE_PATHS.manifest, PAGE_LIMITS.manifest);
    if (before.status !== 200) return undefined;
    const signature = await get(PAGE_PATHS.signature, PAGE_LIMITS.signature);
    const after = await get(PAGE_PATHS.manifest, PAGE_LIMITS.manifest);
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
  const wanted: readonly (readonly [path: string, file: PageFile])[] = [
    ['/', index],
    [ROUTE, index],
    ...manifest.files.map((file) => [file.path, file] as const),
  ];
  const findings = new Map<string, PageFinding>();
  let next = 0;
  const read = async (): Promise<void> => {
    for (;;) {
      const [path, file] = wanted[next] ?? [];
      next += 1;
      if (path === undefined || file === undefined || findings.size >= MOST_PAGE_FINDINGS) return;
      const { status, headers, body } = await access.get(path, PAGE_LIMITS.file);
      const problem =
        status !== 200
          ? 'missing'
          : createHash('sha256').update(body).digest('base64') !== file.sha256
            ? 'changed'
            : expected.some(([name, value]) => headers[name.toLowerCase()] !== value)
              ? 'headers'
              : undefined;
      if (problem !== undefined) findings.set(path, { path, problem });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, read));
  return [...findings.values()];
}
