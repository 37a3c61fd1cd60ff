import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { ClawReachError } from '#shared/errors.ts';
import { ReleaseFeed, type UpdateSource } from './feed.ts';
import { builtUpdateSource } from './source.ts';
import { UpdateError } from './update-error.ts';

/** Package with the programs `clawreach` and `clawreach-relay` for one kind of server, as a file on this machine. */
export type RelayPackage = Readonly<{
  /** Path of the archive (`.tar.gz`), in a folder of its own that only this user may enter. */
  path: string;
  version: string;
  size: number;
  /** SHA-512 of the archive, hexadecimal. */
  sha512: string;
  /** `own`: made from the programs of this installation; `release`: downloaded, with the hash of the signed metadata. */
  from: 'own' | 'release';
  /** Removes the file. */
  release(): Promise<void>;
}>;

/** Source of relay packages. */
export type RelayPackages = Readonly<{
  /** Returns the source for servers of an architecture; undefined if there is none. */
  find(arch: string): 'own' | 'release' | undefined;
  /**
   * Makes or downloads the package for Linux on an architecture.
   * @throws {ClawReachError} `relay-server.no-package`; {UpdateError} if no release can be used
   */
  open(arch: string, signal: AbortSignal): Promise<RelayPackage>;
}>;

export type RelayPackagesOptions = Readonly<{
  version: string;
  /** Folder of the installed command, with the program `clawreach` and `app`; undefined without an installation. */
  commandFolder: string | undefined;
  /** Folder of the sources, with `bin`, `dist` and `node_modules`; undefined in an installation. */
  checkout: string | undefined;
  platform?: string;
  arch?: string;
  /** Server and keys of releases; by default those of this build. */
  source?: UpdateSource | undefined;
  fetch?: typeof fetch;
}>;

/** Longest time for the download of a package, ms. */
const DOWNLOAD = 30 * 60_000;
/** Largest package, bytes. */
const MOST_BYTES = 300_000_000;
/** Name of a command package in the metadata of a release. */
const PACKAGE = /^ClawReach-Command-[\w.-]+\.tar\.gz$/;
/** Chunks that a bundle loads. */
const CHUNK = /["'`]\.\/(chunk-[\w-]+\.js)["'`]/g;

/**
 * Creates the source of packages for servers. A server of the same kind as this machine gets the programs that run here; every other one gets the
 * signed release, whose signature and hash are checked before the package is used. Writes only into new folders of the system's temporary one.
 */
export function createRelayPackages(options: RelayPackagesOptions): RelayPackages {
  const { commandFolder, checkout, platform = process.platform, arch: ownArch = process.arch } = options;
  const source = 'source' in options ? options.source : builtUpdateSource();
  const isOwn = (arch: string): boolean =>
    platform === 'linux' &&
    arch === ownArch &&
    [
      commandFolder === undefined ? '' : join(commandFolder, 'clawreach'),
      checkout === undefined ? '' : join(checkout, 'dist', 'clawreach-relay.js'),
    ].some((path) => path !== '' && existsSync(path));
  return {
    find: (arch) => (isOwn(arch) ? 'own' : source === undefined ? undefined : 'release'),
    open: async (arch, signal) => {
      const folder = await mkdtemp(join(tmpdir(), 'clawreach-package-'));
      const release = (): Promise<void> => rm(folder, { recursive: true, force: true });
      try {
        if (isOwn(arch))
          return { ...(await packOwn(options, folder, signal)), version: options.version, from: 'own', release };
        if (source === undefined)
          throw new ClawReachError('relay-server.no-package', `there is no package for linux-${arch} here`, {
            details: { arch },
          });
        return { ...(await download(source, arch, folder, options.fetch ?? fetch, signal)), from: 'release', release };
      } catch (error) {
        await release();
        throw error;
      }
    },
  };
}

type Archive = Pick<RelayPackage, 'path' | 'size' | 'sha512'>;

/** Packs the programs of this installation, or of the sources it runs from. */
async function packOwn(
  { commandFolder, checkout }: RelayPackagesOptions,
  folder: string,
  signal: AbortSignal,
): Promise<Archive> {
  const isInstalled = commandFolder !== undefined && existsSync(join(commandFolder, 'clawreach'));
  const tree = isInstalled ? commandFolder : join(folder, 'tree');
  if (!isInstalled) await gather(checkout ?? '', tree);
  const path = join(folder, 'package.tar.gz');
  // The same bytes for the same files, so that a server that has them is recognized.
  const words = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '-cf', '-', '-C', tree, '.'];
  const child = spawn('tar', words, { stdio: ['ignore', 'pipe', 'ignore'], signal });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`tar ended with ${code}`))));
  });
  try {
    await Promise.all([
      ended,
      pipeline(child.stdout, createGzip({ level: 4 }), createWriteStream(path, { mode: 0o600 }), { signal }),
    ]);
  } catch (cause) {
    throw new ClawReachError('relay-server.package', 'the package could not be made', { cause });
  }
  await rm(join(folder, 'tree'), { recursive: true, force: true });
  return { path, ...(await measure(path)) };
}

/** Copies what a relay needs from the sources' folder: Node, the built relay and its native libraries. */
async function gather(checkout: string, to: string): Promise<void> {
  const dist = join(checkout, 'dist');
  const files = new Set(
    ['clawreach-relay.js', 'clawreach.js', 'pty-host.js'].filter((name) => existsSync(join(dist, name))),
  );
  for (const name of files)
    for (const [, chunk] of readFileSync(join(dist, name), 'utf8').matchAll(CHUNK))
      if (chunk !== undefined) files.add(chunk);
  await mkdir(join(to, 'app', 'dist'), { recursive: true });
  await mkdir(join(to, 'app', 'bin'));
  await mkdir(join(to, 'app', 'node_modules'));
  for (const name of files) await cp(join(dist, name), join(to, 'app', 'dist', name));
  const page = join(dist, 'page');
  if (existsSync(page)) await cp(page, join(to, 'app', 'dist', 'page'), { recursive: true });
  for (const name of readdirSync(join(checkout, 'bin')))
    await cp(join(checkout, 'bin', name), join(to, 'app', 'bin', name));
  for (const name of [
    'bufferutil',
    'node-gyp-build',
    'node-pty',
    'ssh2',
    'asn1',
    'bcrypt-pbkdf',
    'safer-buffer',
    'tweetnacl',
    'node-datachannel',
  ]) {
    const from = join(checkout, 'node_modules', name);
    if (existsSync(from)) await cp(from, join(to, 'app', 'node_modules', name), { recursive: true, dereference: true });
  }
  await cp(join(checkout, 'package.json'), join(to, 'app', 'package.json'));
  await cp(await nodeOf(checkout), join(to, 'node'), { dereference: true });
  for (const name of ['clawreach', 'clawreach-relay'])
    await writeFile(
      join(to, name),
      `#!/bin/sh\nfolder=$(dirname "$(readlink -f "$0")")\nexec "$folder/node" "$folder/app/bin/${name}.js" "$@"\n`,
      { mode: 0o755 },
    );
}

/** Returns the path of Node: the one that runs this, or that of the sources where Electron runs this. */
async function nodeOf(checkout: string): Promise<string> {
  return process.versions['electron'] === undefined
    ? process.execPath
    : await realpath(join(checkout, 'node_modules', '.bin', 'node'));
}

/** Downloads the package that the signed metadata of the newest stable release names. */
async function download(
  source: UpdateSource,
  arch: string,
  folder: string,
  get: typeof fetch,
  signal: AbortSignal,
): Promise<Archive & Readonly<{ version: string }>> {
  const feed = new ReleaseFeed({ source, platform: 'linux', arch, fetch: (url, init) => get(url, init) });
  const metadata = await feed.read('stable', signal);
  const { channel, system, expires } = metadata.clawreach;
  if (channel !== 'stable' || system !== `linux-${arch}`)
    throw new UpdateError('update.wrong-system', 'the release is for another system');
  if (expires < Date.now()) throw new UpdateError('update.expired', 'the signature of the release has expired');
  const file = metadata.files.find(
    ({ url, size }) => PACKAGE.test(basename(new URL(url).pathname)) && size <= MOST_BYTES,
  );
  if (file === undefined)
    throw new ClawReachError('relay-server.no-package', 'the release has no package for servers', {
      details: { arch },
    });
  const path = join(folder, 'package.tar.gz');
  const response = await get(file.url, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(DOWNLOAD)]),
    cache: 'no-store',
  });
  if (!response.ok || response.body === null)
    throw new UpdateError('update.unreachable', `HTTP ${response.status}`, {
      details: { reason: `HTTP ${response.status}` },
    });
  let length = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _, done) {
      length += chunk.length;
      done(length > file.size ? new UpdateError('update.checksum', 'the file is too long') : null, chunk);
    },
  });
  await pipeline(Readable.from(response.body), bounded, createWriteStream(path, { mode: 0o600 }), { signal });
  const measured = await measure(path);
  if (measured.size !== file.size || Buffer.from(measured.sha512, 'hex').toString('base64') !== file.sha512)
    throw new UpdateError('update.checksum', 'the package is not the one that was signed');
  return { path, version: metadata.version, ...measured };
}

async function measure(path: string): Promise<Pick<Archive, 'size' | 'sha512'>> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(path), hash);
  return { size: (await stat(path)).size, sha512: hash.digest('hex') };
}

/** Returns the folder of the installed command that runs this code; undefined when run from sources or in the application. Pure. */
export function commandFolderOf(executable: string): string | undefined {
  const folder = dirname(executable);
  return existsSync(join(folder, 'app', 'dist', 'clawreach-relay.js')) ? folder : undefined;
}
