/**
 * `npm run test:setup`: installs the Debian packages whose programs and libraries the tests use and this machine lacks, where it may: as root, with
 * apt-get. Says what it installs before it does. `CLAWREACH_TEST_SETUP=no` declines; the tests that need what is missing are left out then. Ends with 0
 * in every case, since no test is impossible without it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { say } from './support/say.ts';

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
  ['miniupnpd', 'miniupnpd'],
  ['chromium', 'chromium'],
  ['firefox-esr', 'firefox-esr'],
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
  ['caddy', 'caddy'],
  ['debootstrap', 'debootstrap'],
];

/** Commands with which tests take less time, each of a Debian package of the same name that not every system has. */
const FASTER: readonly string[] = ['chromium-headless-shell'];

/** Words of `apt-get install`. */
const INSTALL = ['--yes', '--no-install-recommends'] as const;

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

function installMissing(): void {
  installFaster();
  const packages = missingPackages();
  if (packages.length === 0) return say('Test set-up: every program and library that the tests use is installed.');
  const obstacle = installObstacle();
  if (obstacle === undefined) {
    say(`Test set-up installs with apt-get (CLAWREACH_TEST_SETUP=no declines): ${packages.join(' ')}`);
    if (install(packages) || (aptGet(['update']) && install(packages))) return;
  }
  const reason = obstacle ?? 'apt-get failed';
  say(`Test set-up: ${reason}. Some tests may be left out, since these are missing: ${missingPackages().join(' ')}`);
}

/** Installs what tests can do without. Where a system doesn't have it, that isn't told: nothing is left out. */
function installFaster(): void {
  const commands = FASTER.filter((command) => !isInstalled(command));
  if (commands.length === 0 || installObstacle() !== undefined) return;
  const isThere = (): boolean => aptGet(['install', ...INSTALL, ...commands], 'ignore');
  if (isThere() || (aptGet(['update'], 'ignore') && isThere()))
    say(`Test set-up has installed with apt-get, so that tests take less time: ${commands.join(' ')}`);
}

/** Returns why nothing is installed here; undefined where it may be. */
function installObstacle(): string | undefined {
  if (process.env['CLAWREACH_TEST_SETUP'] === 'no') return 'declined by CLAWREACH_TEST_SETUP=no';
  if (process.platform !== 'linux' || !isInstalled('apt-get')) return 'this system has no apt-get';
  return process.getuid?.() === 0 ? undefined : 'only root can install packages';
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
  return aptGet(['install', ...INSTALL, ...packages]) && missingPackages().length === 0;
}

/** @param errors where the program's own errors go */
function aptGet(words: readonly string[], errors: 'inherit' | 'ignore' = 'inherit'): boolean {
  const { status } = spawnSync('apt-get', ['--quiet', '--quiet', ...words], {
    stdio: ['ignore', 'ignore', errors],
    // Packages with a daemon start it at run levels above 1 only: nothing may listen that the tests have not started.
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  });
  return status === 0;
}

/** Lists the libraries that the loader finds, one a line; undefined where it can't be asked. */
function knownLibraries(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const { status, stdout } = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}

function isInstalled(command: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => folder !== '' && existsSync(join(folder, command)));
}
