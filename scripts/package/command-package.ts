import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { dump, load } from 'js-yaml';

/** Largest archive before compression, bytes. */
const MOST_BYTES = 400_000_000;

export type CommandPackageOptions = Readonly<{
  /** Folder of the installed command, as `stage` makes it. */
  command: string;
  /** Folder of the release's files. */
  artifacts: string;
  version: string;
  arch: string;
  /** True to write metadata where electron-builder has written none. */
  writesMetadata?: boolean;
}>;

type Metadata = { version: string; files: { url: string; sha512: string; size: number }[]; releaseDate: string };

/**
 * Packs the commands `clawreach` and `clawreach-relay` with their Node and libraries into one archive for Linux machines without a screen, and lists it
 * in the metadata of each channel. Servers get it by `clawreach relay-server` and `install.sh`. The same files give the same bytes.
 * @returns name of the archive
 */
export function packCommand(options: CommandPackageOptions): string {
  const { command, artifacts, version, arch, writesMetadata = false } = options;
  const name = `ClawReach-Command-${version}-linux-${arch}.tar.gz`;
  const links = mkdtempSync(join(tmpdir(), 'clawreach-links-'));
  try {
    // One program under two names.
    symlinkSync('clawreach', join(links, 'clawreach-relay'));
    const order = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=u+rw,go+r-w,a+X'];
    const archive = execFileSync('tar', [...order, '-cf', '-', '-C', command, '.', '-C', links, 'clawreach-relay'], {
      maxBuffer: MOST_BYTES,
    });
    const bytes = gzipSync(archive, { level: 9 });
    mkdirSync(artifacts, { recursive: true });
    writeFileSync(join(artifacts, name), bytes);
    const file = { url: name, sha512: createHash('sha512').update(bytes).digest('base64'), size: bytes.length };
    for (const channel of version.includes('-') ? ['beta'] : ['latest', 'beta'])
      list(join(artifacts, `${channel}-linux${arch === 'x64' ? '' : `-${arch}`}.yml`), file, version, writesMetadata);
  } finally {
    rmSync(links, { recursive: true, force: true });
  }
  return name;
}

/** Adds a file to what electron-builder wrote of a release. */
function list(path: string, file: Metadata['files'][number], version: string, creates: boolean): void {
  if (!existsSync(path) && !creates) return;
  const before: Metadata = existsSync(path)
    ? (load(readFileSync(path, 'utf8')) as Metadata)
    : { version, files: [], releaseDate: new Date().toISOString() };
  if (before.version !== version) throw new Error(`${path} is of version ${before.version}`);
  const files = [...before.files.filter(({ url }) => url !== file.url), file];
  writeFileSync(path, dump({ ...before, files }, { lineWidth: -1, noRefs: true }));
}
