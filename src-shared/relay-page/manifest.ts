import * as z from 'zod';
import { ClawReachError } from '../errors.ts';

/** Limits of a page. Sizes are bytes. */
export const PAGE_LIMITS = {
  /** Files of a page. */
  files: 1000,
  /** One file. */
  file: 16 * 1024 * 1024,
  /** All files together; the relay holds them in memory. */
  total: 64 * 1024 * 1024,
  /** The manifest itself. */
  manifest: 256 * 1024,
  /** The signatures of the manifest. */
  signature: 4096,
  /** Scripts that stand in the HTML file. */
  inline: 4,
} as const;

/**
 * Path of a file: segments of letters, digits and `-._~` that don't begin with a dot, and an ending, which no route of the relay has.
 */
const PATH = /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+(?<=\.[a-z0-9]{1,16})$/;
const SHA256 = /^[A-Za-z0-9+/]{43}=$/;

const pageFile = z.strictObject({
  path: z.string().max(256).regex(PATH),
  /** SHA-256, base64, as in `integrity` attributes. */
  sha256: z.string().regex(SHA256),
  size: z.number().int().min(0).max(PAGE_LIMITS.file),
});

/** Schema of the manifest of a page. */
const pageManifest = z
  .strictObject({
    format: z.literal(1),
    /** Version of ClawReach that the page belongs to. */
    version: z.string().min(1).max(64),
    files: z.array(pageFile).min(1).max(PAGE_LIMITS.files),
    /** Hashes of the scripts that stand in the HTML file, SHA-256 in base64: what the policy allows besides files. */
    inline: z.array(z.string().regex(SHA256)).max(PAGE_LIMITS.inline),
  })
  .refine(({ files }) => new Set(files.map(({ path }) => path)).size === files.length, 'a file is named twice')
  .refine(({ files }) => files.reduce((sum, { size }) => sum + size, 0) <= PAGE_LIMITS.total, 'the page is too large');

/** File of a page, as its manifest names it. */
export type PageFile = z.infer<typeof pageFile>;
/** Manifest of a page: all files that a relay may serve as its page. */
export type PageManifest = z.infer<typeof pageManifest>;

/** Signature of a page: by the key of releases, or none, as in builds of developers. */
export type PageSignature = 'release' | 'development';

/** Schema of the facts that the page shows in its footer. */
export const pageFacts = z.object({
  version: z.string().max(64),
  /** First 16 hexadecimal digits of the manifest's SHA-256. */
  hash: z.string().regex(/^[0-9a-f]{16}$/),
  signature: z.enum(['release', 'development']),
  /** True if people sign in to this relay. */
  accounts: z.boolean(),
});

/** Facts that the page shows in its footer. They are the relay's word; `clawreach check-page` compares the page itself. */
export type PageFacts = z.infer<typeof pageFacts>;

/**
 * Parses a manifest whose signature was verified before. Pure.
 * @throws {ClawReachError} `page.manifest`
 */
export function readPageManifest(bytes: Uint8Array): PageManifest {
  try {
    if (bytes.length > PAGE_LIMITS.manifest) throw new Error('too long');
    return pageManifest.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (cause) {
    throw new ClawReachError('page.manifest', 'the manifest of the page cannot be read', { cause });
  }
}

const DOMAIN = new TextEncoder().encode('clawreach page manifest 1\n');

/**
 * Returns the bytes that a signature of a manifest covers. Their beginning keeps a manifest from passing for the metadata of a release, which the same
 * key signs, and the other way around. Pure.
 */
export function pageSignatureBytes(manifest: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(DOMAIN.length + manifest.length);
  bytes.set(DOMAIN);
  bytes.set(manifest, DOMAIN.length);
  return bytes;
}
