/**
 * `npm test`: builds, gets what the tests need of the system where it may, runs unit, generated, integration and end-to-end tests, and ends with the
 * test runner's own summary and exit code. Words after `npm test --` go to the runner.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { BUILT } from '#test/support/e2e/global-setup.ts';
import { findElectron } from '#test/support/electron/distribution.ts';

const root = new URL('..', import.meta.url).pathname;

/** Commands that tests run, and the Debian package of each. Tests that need a missing one say so themselves. */
const NEEDED: readonly (readonly [command: string, packageName: string])[] = [
  ['sshd', 'openssh-server'],
  ['ssh', 'openssh-client'],
  ['vim', 'vim'],
  ['less', 'less'],
  ['zsh', 'zsh'],
  ['fish', 'fish'],
  ['ip', 'iproute2'],
  ['tc', 'iproute2'],
  ['ps', 'procps'],
  ['git', 'git'],
  ['curl', 'curl'],
  ['openssl', 'openssl'],
  ['nginx', 'nginx-light'],
  // With what makes a database; the program itself is in a folder of its own.
  ['pg_createcluster', 'postgresql'],
  ['psql', 'postgresql-client'],
  ['redis-server', 'redis-server'],
  ['redis-cli', 'redis-tools'],
  ['rsync', 'rsync'],
  ['nc', 'netcat-openbsd'],
  ['nft', 'nftables'],
  ['chromium', 'chromium'],
  ['Xvfb', 'xvfb'],
  ['xauth', 'xauth'],
  ['dbus-daemon', 'dbus'],
  ['dbus-launch', 'dbus-x11'],
  ['gnome-keyring-daemon', 'gnome-keyring'],
  ['gdbus', 'libglib2.0-bin'],
  ['wireguard-go', 'wireguard-go'],
  ['wg', 'wireguard-tools'],
  ['ping', 'iputils-ping'],
  ['iperf3', 'iperf3'],
  ['dnsmasq', 'dnsmasq-base'],
  ['tinyproxy', 'tinyproxy'],
];

/** Modules of the system's Python, and the Debian package of each: the tests' own host of tray icons speaks D-Bus with them. */
const MODULES: readonly (readonly [name: string, packageName: string])[] = [
  ['dbus', 'python3-dbus'],
  ['gi', 'python3-gi'],
];

/** Libraries that Electron's own binary loads, and the Debian package of each. */
const LIBRARIES: readonly (readonly [name: string, packageName: string])[] = [
  ['libgtk-3.so.0', 'libgtk-3-0'],
  ['libnss3.so', 'libnss3'],
  ['libasound.so.2', 'libasound2'],
  ['libgbm.so.1', 'libgbm1'],
  ['libXss.so.1', 'libxss1'],
  ['libatk-bridge-2.0.so.0', 'libatk-bridge2.0-0'],
  ['libdrm.so.2', 'libdrm2'],
  ['libXtst.so.6', 'libxtst6'],
  ['libnotify.so.4', 'libnotify4'],
  ['libsecret-1.so.0', 'libsecret-1-0'],
];

installMissing();
run(process.execPath, [join(root, 'scripts', 'build.ts')]);
// Once for the whole run; says in one line when there is none.
findElectron();
process.env[BUILT] = '1';
run(process.execPath, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...process.argv.slice(2)]);

/** Ends this process with the code of a step that fails. */
function run(command: string, words: readonly string[]): void {
  const { status, signal } = spawnSync(command, words, { cwd: root, stdio: 'inherit' });
  if (signal !== null) process.kill(process.pid, signal);
  if (status !== 0) process.exit(status ?? 1);
}

function installMissing(): void {
  const packages = missingPackages();
  if (packages.length === 0) return;
  const mayInstall = process.platform === 'linux' && process.getuid?.() === 0 && isInstalled('apt-get');
  if (mayInstall && (install(packages) || (aptGet(['update']) && install(packages)))) return;
  console.info(`Not installed, so some tests may be left out: ${missingPackages().join(' ')}`);
}

function missingPackages(): readonly string[] {
  const loadable = knownLibraries();
  const missing = [
    ...NEEDED.filter(([command]) => !isInstalled(command)),
    ...MODULES.filter(([name]) => !existsSync(`/usr/lib/python3/dist-packages/${name}`)),
    ...LIBRARIES.filter(([name]) => loadable !== undefined && !loadable.includes(`\t${name} `)),
  ];
  return [...new Set(missing.map(([, packageName]) => packageName))];
}

function install(packages: readonly string[]): boolean {
  console.info(`Installing for the tests: ${packages.join(' ')}`);
  return aptGet(['install', '--yes', '--no-install-recommends', ...packages]) && missingPackages().length === 0;
}

function aptGet(words: readonly string[]): boolean {
  const { status } = spawnSync('apt-get', ['--quiet', '--quiet', ...words], {
    stdio: ['ignore', 'ignore', 'inherit'],
    // Packages with a daemon start it at run levels above 1 only: nothing may listen that the tests have not started.
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  });
  return status === 0;
}

/** What the loader finds, one library a line; undefined where nobody can be asked. */
function knownLibraries(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const { status, stdout } = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}

function isInstalled(command: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => folder !== '' && existsSync(join(folder, command)));
}
