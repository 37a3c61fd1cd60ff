import { execFile, execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { headlessScript } from '#node/install-script/index.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { createReleaseKey, ReleaseServer, writtenMetadata } from '#test/support/releases.ts';

const HOUR = 3_600_000;
const CPU = arch() === 'arm64' ? 'arm64' : 'x64';
const METADATA = CPU === 'arm64' ? 'latest-linux-arm64.yml' : 'latest-linux.yml';
/** As root, the script would install for the whole machine. */
const OTHER = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const canRun =
  process.platform === 'linux' && spawnSync('openssl', ['version']).stdout?.toString().startsWith('OpenSSL 3') === true;

const key = createReleaseKey();
let releases: ReleaseServer;
beforeAll(async () => {
  releases = await ReleaseServer.start();
});
afterAll(() => releases.close());
beforeEach(() => releases.files.clear());

type Home = Readonly<{ home: string; bin: string }>;

/** A home folder, with a PATH that has no installation of this machine. */
function createHome(): Home {
  const home = temporaryDirectory();
  const bin = join(home, 'tools');
  mkdirSync(bin);
  for (const name of ['loginctl', 'sleep']) writeFileSync(join(bin, name), '#!/bin/sh\n', { mode: 0o755 });
  const own = ['sh', 'uname', 'mktemp', 'curl', 'rm', 'cat', 'openssl', 'sed', 'awk', 'head', 'id', 'stat', 'readlink'];
  const others = ['basename', 'date', 'sort', 'cut', 'wc', 'tr', 'mkdir', 'rmdir', 'tar', 'gzip', 'mv', 'ln', 'grep'];
  for (const name of [...own, ...others])
    execFileSync('sh', ['-c', 'ln -s "$(command -v "$1")" "$2"', 'sh', name, join(bin, name)]);
  chmodSync(home, 0o755);
  if (OTHER.uid !== undefined) chownSync(home, OTHER.uid, OTHER.gid);
  return { home, bin };
}

/** A folder of the user of this home. */
function makeFolder({ home }: Home, path: string): string {
  const folder = join(home, path);
  mkdirSync(folder);
  if (OTHER.uid !== undefined) chownSync(folder, OTHER.uid, OTHER.gid);
  return folder;
}

/** A package whose program writes down how it was called. */
function packageOf(
  version: string,
  program = `echo "$*" >>"$HOME/calls"; case "$*" in --version) echo ${version} ;; esac`,
): Buffer {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, 'clawreach'), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
  execFileSync('ln', ['-s', 'clawreach', join(folder, 'clawreach-relay')]);
  return execFileSync('tar', ['-czf', '-', '-C', folder, '.']);
}

const nameOf = (version: string): string => `ClawReach-Command-${version}-linux-${CPU}.tar.gz`;

/** What is published: bytes that were `signed`, and `content`, the ones that are there instead. */
type Publication = Readonly<{
  signer: typeof key;
  now: Date;
  name: string;
  file: string;
  signed: Buffer;
  content: Buffer;
}>;

/** Publishes a version, signed by a key at a time, and puts what is downloaded there. */
function publish(version: string, changes: Partial<Publication> = {}): void {
  const {
    signer = key,
    now = new Date(),
    name = METADATA,
    file = nameOf(version),
    signed = packageOf(version),
  } = changes;
  const { content = signed } = changes;
  releases.files.clear();
  releases.files.set(file, content);
  releases.publish(name, writtenMetadata(version, { [file]: signed }, now), [signer], { now });
}

const script = (least = '1.0.0'): string =>
  headlessScript({ feed: releases.url, keys: [createReleaseKey().public, key.public] }, least);

/** Runs the script as `curl … | sh -s -- WORDS` does. */
function run(
  { home, bin }: Home,
  words: readonly string[] = [],
  text = script(),
): Promise<Readonly<{ code: number; text: string }>> {
  return new Promise((resolve) => {
    const environment = { PATH: bin, HOME: home, TMPDIR: home };
    const child = execFile(
      '/bin/sh',
      ['-s', '--', ...words],
      { env: environment, cwd: home, ...OTHER },
      (error, out, errors) => resolve({ code: Number(error?.code ?? 0), text: out + errors }),
    );
    child.stdin?.on('error', () => undefined).end(text);
  });
}

const calls = ({ home }: Home): readonly string[] =>
  existsSync(join(home, 'calls')) ? readFileSync(join(home, 'calls'), 'utf8').trim().split('\n') : [];
const left = ({ home }: Home): readonly string[] => readdirSync(home).filter((name) => name !== 'tools');

describe.skipIf(!canRun)('install.sh', () => {
  it('is valid for every shell here, also in the eyes of shellcheck', () => {
    for (const shell of ['sh', 'dash', 'bash'].filter((name) => spawnSync(name, ['-c', ':']).status === 0))
      expect([shell, spawnSync(shell, ['-n'], { input: script() }).stderr.toString()]).toEqual([shell, '']);
    const checked = spawnSync('shellcheck', ['--shell=sh', '-'], { input: script() });
    expect(checked.error === undefined ? checked.stdout.toString() : '').toBe('');
  });

  it('does nothing when it is cut off anywhere [S-HEADLESS-2]', async () => {
    publish('1.0.0');
    const whole = script();
    const call = whole.lastIndexOf('if :; then');
    const lines = [...whole.matchAll(/\n/g)].map(({ index }) => index + 1).filter((_, index) => index % 9 === 0);
    const ends = Array.from({ length: whole.length - call - 2 }, (_, index) => call + index);
    const home = createHome();
    for (const end of [...lines, ...ends]) await run(home, [], whole.slice(0, end));
    expect(releases.asked).toEqual([]);
    expect(left(home)).toEqual([]);
    // Whole, it does.
    await run(home, [], whole.slice(0, call + 'if :; then\n  main "$@"\nfi'.length));
    expect(releases.asked).not.toEqual([]);
  });

  it('installs what was signed, shows a code with the words it was given, and is harmless a second time', async () => {
    publish('1.2.3');
    const home = createHome();
    const first = await run(home, ['--name', 'web 1', '--relay', 'wss://relay.example']);
    expect(first).toMatchObject({ code: 0, text: expect.stringContaining('Installed ClawReach 1.2.3') });
    expect(calls(home).at(-1)).toBe('pair --name web 1 --relay wss://relay.example');
    const base = join(home.home, '.local/lib/clawreach');
    expect(readlinkSync(join(home.home, '.local/bin/clawreach'))).toBe(join(base, 'current/clawreach'));
    expect(readdirSync(join(base, 'versions'))).toEqual(['1.2.3']);
    expect(left(home).toSorted()).toEqual(['.local', 'calls']);
    const asked = releases.asked.filter((path) => path === nameOf('1.2.3')).length;
    expect(await run(home)).toMatchObject({ code: 0, text: expect.stringContaining('1.2.3 is installed') });
    // Not downloaded again.
    expect(releases.asked.filter((path) => path === nameOf('1.2.3'))).toHaveLength(asked);
  });

  it('updates to a newer version and keeps the one that terminals may run on', async () => {
    const home = createHome();
    for (const version of ['1.0.0', '1.0.1', '1.10.0']) {
      publish(version);
      expect(await run(home, ['--no-pair'])).toMatchObject({ code: 0 });
    }
    const base = join(home.home, '.local/lib/clawreach');
    expect(readlinkSync(join(base, 'current'))).toBe('versions/1.10.0');
    expect(readdirSync(join(base, 'versions')).toSorted()).toEqual(['1.0.1', '1.10.0']);
    expect(calls(home).some((line) => line.startsWith('pair'))).toBe(false);
  });

  it('shows no code where a machine is paired', async () => {
    publish('1.0.0', {
      signed: packageOf(
        '1.0.0',
        'case "$*" in --version) echo 1.0.0 ;; list*) echo \'"peerId": "X"\' ;; pair*) echo CODE ;; esac',
      ),
    });
    const home = createHome();
    const { code, text } = await run(home);
    expect(code).toBe(0);
    expect(text).toContain('paired already');
    expect(text).not.toContain('CODE');
  });

  it.each<[string, () => void, string]>([
    ['a tampered package', () => publish('1.0.0', { content: packageOf('6.6.6') }), 'not the one that was signed'],
    [
      'a package of the same length',
      () => {
        const signed = packageOf('1.0.0');
        publish('1.0.0', { signed, content: Buffer.alloc(signed.length) });
      },
      'not the one that was signed',
    ],
    [
      'metadata with the hash of another package',
      () => {
        publish('1.0.0');
        const text = String(releases.files.get(METADATA));
        releases.files.set(METADATA, text.replace(/sha512: \S+/, `sha512: ${'A'.repeat(86)}==`));
      },
      'no signature by a known key',
    ],
    ['another signer', () => publish('1.0.0', { signer: createReleaseKey() }), 'no signature by a known key'],
    ['no signature', () => (publish('1.0.0'), releases.files.delete(`${METADATA}.sig`)), "Can't download"],
    ['an old signature', () => publish('1.0.0', { now: new Date(Date.now() - 181 * 24 * HOUR) }), 'has expired'],
    ['an older release than its own', () => publish('0.9.9'), 'older than 1.0.0'],
    [
      'a release of another system',
      () => {
        publish('1.0.0', { name: 'latest-mac.yml' });
        for (const end of ['', '.sig'])
          releases.files.set(`${METADATA}${end}`, releases.files.get(`latest-mac.yml${end}`) ?? '');
      },
      'for another system',
    ],
    [
      'a release that has only a package of another architecture',
      () => publish('1.0.0', { file: 'ClawReach-Command-1.0.0-linux-riscv64.tar.gz' }),
      'no package for machines without a screen',
    ],
    [
      'a release for testers',
      () => {
        const beta = METADATA.replace('latest', 'beta');
        publish('1.0.0', { name: beta });
        for (const end of ['', '.sig'])
          releases.files.set(`${METADATA}${end}`, releases.files.get(`${beta}${end}`) ?? '');
      },
      'not a stable one',
    ],
    [
      'a version that leads elsewhere',
      () => publish('1.0.0-../../../../x', { signed: packageOf('1.0.0') }),
      'The release has no version',
    ],
    [
      'a program that does not run here',
      () => publish('1.0.0', { signed: packageOf('1.0.0', 'exit 127') }),
      "doesn't run here",
    ],
    ['a program of another version', () => publish('1.0.0', { signed: packageOf('2.0.0') }), "doesn't run here"],
    ['an archive that is none', () => publish('1.0.0', { signed: Buffer.from('no archive') }), "can't be unpacked"],
    ['no release', () => releases.files.clear(), "Can't download"],
  ])('installs nothing for %s [S-HEADLESS-1]', async (_, prepare, problem) => {
    prepare();
    const home = createHome();
    const { code, text } = await run(home);
    expect(text).toContain(problem);
    expect(code).toBe(1);
    expect(existsSync(join(home.home, '.local/lib/clawreach'))).toBe(false);
    expect(existsSync(join(home.home, '.local/bin/clawreach'))).toBe(false);
    expect(left(home).filter((name) => name !== '.local' && name !== 'calls')).toEqual([]);
  });

  it('refuses a release that is older than the installed one [S-HEADLESS-1]', async () => {
    const home = createHome();
    publish('1.5.0');
    await run(home, ['--no-pair']);
    publish('1.4.9');
    expect(await run(home)).toMatchObject({ code: 1, text: expect.stringContaining('older than the installed 1.5.0') });
    expect(readlinkSync(join(home.home, '.local/lib/clawreach/current'))).toBe('versions/1.5.0');
  });

  it('leaves other installations and the folders of others alone [S-HEADLESS-3]', async () => {
    publish('1.0.0');
    const installed = createHome();
    writeFileSync(join(installed.bin, 'clawreach'), '#!/bin/sh\n', { mode: 0o755 });
    expect(await run(installed)).toMatchObject({ code: 1, text: expect.stringContaining('installed already') });
    const foreign = createHome();
    mkdirSync(join(foreign.home, '.local/bin'), { recursive: true });
    writeFileSync(join(foreign.home, '.local/bin/clawreach'), 'mine');
    expect(await run(foreign)).toMatchObject({ code: 1, text: expect.stringContaining("isn't from this script") });
    expect(readFileSync(join(foreign.home, '.local/bin/clawreach'), 'utf8')).toBe('mine');
    const linked = createHome();
    const trap = makeFolder(linked, 'trap');
    makeFolder(linked, '.local');
    const base = join(makeFolder(linked, '.local/lib'), 'clawreach');
    // The link is the user's own, so that it is refused for what it is.
    execFileSync('ln', ['-s', trap, base]);
    if (OTHER.uid !== undefined) lchownSync(base, OTHER.uid, OTHER.gid);
    expect(await run(linked)).toMatchObject({ code: 1, text: expect.stringContaining("isn't a folder of this user") });
    expect(readdirSync(trap)).toEqual([]);
    if (OTHER.uid === undefined) return;
    const occupied = createHome();
    makeFolder(occupied, '.local');
    makeFolder(occupied, '.local/lib');
    // Of root, and open for everyone.
    const open = join(occupied.home, '.local/lib/clawreach');
    mkdirSync(open);
    chmodSync(open, 0o777);
    expect(await run(occupied)).toMatchObject({
      code: 1,
      text: expect.stringContaining("isn't a folder of this user"),
    });
    expect(readdirSync(open)).toEqual([]);
  });

  it('takes away what it has installed, and nothing else', async () => {
    publish('1.0.0');
    const home = createHome();
    await run(home, ['--no-pair']);
    mkdirSync(join(home.home, '.local/bin/other'));
    const { code, text } = await run(home, ['--uninstall']);
    expect({ code, text }).toEqual({
      code: 0,
      text: `Removed ClawReach. Keys, machines and settings stay in ${home.home}/.config/clawreach.\n`,
    });
    expect(readdirSync(join(home.home, '.local/bin'))).toEqual(['other']);
    expect(readdirSync(join(home.home, '.local/lib'))).toEqual([]);
    expect(calls(home).slice(-2)).toEqual(['service uninstall', 'stop']);
    expect(await run(home, ['--uninstall'])).toMatchObject({
      code: 1,
      text: expect.stringContaining("isn't installed"),
    });
  });
});
