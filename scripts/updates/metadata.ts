/** Metadata of a release as it is published: what electron-builder wrote for each system, completed and signed. */
import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { dump, load } from 'js-yaml';
import { keyId } from '../../src-node/releases/index.ts';

/** `latest-linux-arm64.yml`: channel, and system with the architecture where it is not x64. */
export const METADATA_FILE = /^(latest|beta)(|-mac|-linux(?:-[a-z0-9]+)?)\.yml$/;

type Listed = { url: string; sha512: string; size: number };
type Written = {
  version: string;
  files: Listed[];
  releaseDate: string;
  releaseNotes?: string;
  /** In what was completed before, and is signed again. */
  clawreach?: { page?: string };
};

export type Publishing = Readonly<{
  /** Folder of the release's files, a URL; undefined for what was completed before and is signed again. */
  base?: string | undefined;
  /** Where a person reads about the release. */
  page?: string | undefined;
  now: Date;
  /** How long the metadata holds, days. It can be signed again without a new release. */
  days: number;
}>;

/**
 * One file of metadata, from those that several machines wrote for the same system, such as both of macOS.
 * @param name such as `latest-mac.yml`
 */
export function completeMetadata(name: string, parts: readonly string[], publishing: Publishing): string {
  const [, channel, system] = METADATA_FILE.exec(name) ?? [];
  if (channel === undefined || system === undefined) throw new Error(`${name} is no metadata`);
  const written = parts.map((part) => load(part) as Written);
  const [first] = written;
  if (first === undefined) throw new Error(`${name}: there is nothing`);
  if (written.some(({ version }) => version !== first.version)) throw new Error(`${name}: of several versions`);
  const files = new Map(written.flatMap((part) => part.files).map((file) => [file.url, file]));
  const { base, now, days } = publishing;
  const page = publishing.page ?? first.clawreach?.page;
  return dump(
    {
      version: first.version,
      files: [...files.values()].map(({ url, sha512, size }) => ({
        url: new URL(url, base?.replace(/\/*$/, '/')).href,
        sha512,
        size,
      })),
      releaseDate: first.releaseDate,
      ...(first.releaseNotes === undefined ? {} : { releaseNotes: first.releaseNotes }),
      clawreach: {
        channel: channel === 'latest' ? 'stable' : channel,
        system: nameOfSystem(system),
        signed: now.toISOString(),
        expires: new Date(now.getTime() + days * 24 * 3_600_000).toISOString(),
        ...(page === undefined ? {} : { page }),
      },
    },
    { lineWidth: -1, noRefs: true },
  );
}

/** As the application asks for it. */
function nameOfSystem(part: string): string {
  if (part === '') return 'win32';
  if (part === '-mac') return 'darwin';
  return part === '-linux' ? 'linux-x64' : part.slice(1);
}

/** @param text PEM of an Ed25519 key, or its DER as base64 on one line */
export function readPrivateKey(text: string): KeyObject {
  const key = text.includes('-----BEGIN')
    ? createPrivateKey(text)
    : createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' });
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('the key is no Ed25519 key');
  return key;
}

/** Raw, base64: as it stands in `build/updates.json`. */
export function publicKeyOf(key: KeyObject): string {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
}

/** The text of the signature file: a line for each key. */
export function signMetadata(bytes: Uint8Array, keys: readonly KeyObject[]): string {
  return keys
    .map((key) => `ed25519 ${keyId(publicKeyOf(key))} ${sign(null, bytes, key).toString('base64')}\n`)
    .join('');
}
