import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { NODE } from '../e2e/commands.ts';
import { isRoot } from '../window/user.ts';

/** Debootstrap, which only root can run, and npm beside it. */
export const canMakeDebian = isRoot() && existsSync('/usr/sbin/debootstrap');

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Variables by which npm and Node find packages on machines behind a proxy or mirror. */
const PASSED_ON = /^(?:https?_proxy|no_proxy|npm_config_registry|node_extra_ca_certs)$/i;

/**
 * Makes the root of a plain Debian with Node, npm and the user `node`, as the image `node:24-slim` has them.
 * @param root Folder that does not exist yet.
 */
export function makeDebian(root: string): void {
  execFileSync('debootstrap', ['--variant=minbase', '--include=ca-certificates', 'bookworm', root, mirror()], {
    stdio: 'pipe',
  });
  mkdirSync(join(root, 'usr/local/lib/node_modules'), { recursive: true });
  cpSync(NODE, join(root, 'usr/local/bin/node'), { dereference: true });
  const npm = dirname(
    dirname(execFileSync('sh', ['-c', 'readlink -f "$(command -v npm)"'], { encoding: 'utf8' }).trim()),
  );
  cpSync(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
  for (const file of ['/etc/resolv.conf', '/etc/hosts', '/etc/ssl/certs/ca-certificates.crt'])
    if (existsSync(file)) cpSync(file, join(root, file), { dereference: true });
  runIn(root, '/', 'useradd --uid 1000 --create-home node');
}

/** Copies the root of a Debian. */
export function copyDebian(from: string, to: string): void {
  execFileSync('cp', ['-a', from, to]);
}

/** Runs a command of a shell there, as root, and returns what it printed. */
export function runIn(root: string, folder: string, command: string): string {
  return execFileSync('chroot', [root, 'sh', '-ec', `cd ${folder}; ${command}`], {
    encoding: 'utf8',
    stdio: 'pipe',
    env: { ...environmentIn(), HOME: '/root' },
  });
}

/** Variables of a command there. */
export function environmentIn(): Record<string, string> {
  const passedOn = Object.entries(process.env).filter(([name, value]) => value !== undefined && PASSED_ON.test(name));
  return { ...(Object.fromEntries(passedOn) as Record<string, string>), PATH, LANG: 'C.UTF-8' };
}

/** Mirror that this machine installs from. */
function mirror(): string {
  const text = execFileSync('apt-get', ['indextargets', '--format', '$(REPO_URI)'], { encoding: 'utf8' });
  return text.split('\n').find((line) => /\/debian\/?$/.test(line)) ?? 'http://deb.debian.org/debian';
}
