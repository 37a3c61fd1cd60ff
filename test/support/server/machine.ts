import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentIn } from '../packaged/debian.ts';
import { isRoot } from '../window/user.ts';
import { until } from '../e2e/until.ts';

/** Root, debootstrap and the kernel's namespaces, in which a Debian boots with its own systemd. */
export const canBoot =
  isRoot() &&
  existsSync('/usr/sbin/debootstrap') &&
  existsSync('/sys/fs/cgroup/systemd') &&
  existsSync('/usr/bin/nsenter');

const PACKAGES =
  'systemd,systemd-sysv,libpam-systemd,dbus,openssh-server,sudo,ufw,iproute2,iptables,ca-certificates,curl';

/** Shell lines that make the namespaces' file systems and then become systemd. Words: root, name of the network. */
const BOOT = `
set -e
root=$1
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"; mount -t sysfs sysfs "$root/sys" -o ro
mount -t tmpfs tmpfs "$root/run"; mount -t tmpfs tmpfs "$root/tmp"; mount -t tmpfs tmpfs "$root/dev" -o mode=755
for device in null zero full random urandom tty; do touch "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
mkdir "$root/dev/pts" "$root/dev/shm"; mount -t devpts devpts "$root/dev/pts" -o newinstance,ptmxmode=0666
ln -s pts/ptmx "$root/dev/ptmx"
mount -t tmpfs tmpfs "$root/sys/fs/cgroup"; mkdir "$root/sys/fs/cgroup/systemd"
mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/systemd"
cd "$root"; pivot_root . mnt; umount -l /mnt
exec env -i container=lxc PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd
`;

/** Debian with its own systemd as process 1, OpenSSH, sudo and ufw, in namespaces and at an address of its own. */
export class ServerMachine {
  readonly root: string;
  /** In a network of its own, so that two runs don't meet. */
  readonly address: string;
  readonly password = 'Correct-Horse 1';
  readonly #network: string;
  /** Address of this machine in the network. */
  readonly #gateway: string;
  #child: ChildProcess | undefined;

  /** @param root folder that does not exist yet */
  constructor(root: string) {
    this.root = root;
    this.#network = `cr-${process.pid}`;
    this.#gateway = `10.211.${1 + (process.pid % 250)}.1`;
    this.address = this.#gateway.replace(/1$/, '2');
  }

  async start(): Promise<void> {
    this.#install();
    this.run('useradd -m -s /bin/bash ada && adduser ada sudo');
    execFileSync('chroot', [this.root, 'chpasswd'], { input: `ada:${this.password}\n` });
    const ip = (...words: readonly string[]): void => void execFileSync('ip', [...words], { stdio: 'pipe' });
    ip('netns', 'add', this.#network);
    ip('link', 'add', `${this.#network}a`, 'type', 'veth', 'peer', 'name', `${this.#network}b`);
    ip('link', 'set', `${this.#network}b`, 'netns', this.#network);
    ip('addr', 'add', `${this.#gateway}/24`, 'dev', `${this.#network}a`);
    ip('link', 'set', `${this.#network}a`, 'up');
    for (const words of [
      `addr add ${this.address}/24 dev ${this.#network}b`,
      `link set ${this.#network}b up`,
      'link set lo up',
    ])
      ip('-n', this.#network, ...words.split(' '));
    this.#child = spawn(
      'unshare',
      [
        '--mount',
        '--uts',
        '--ipc',
        '--pid',
        '--fork',
        '--kill-child',
        '--cgroup',
        'nsenter',
        `--net=/run/netns/${this.#network}`,
        'sh',
        '-c',
        BOOT,
        'boot',
        this.root,
      ],
      { stdio: 'ignore', detached: true },
    );
    await until(
      'its SSH',
      () => {
        try {
          execFileSync('nc', ['-z', '-w', '1', this.address, '22'], { stdio: 'ignore' });
          return true;
        } catch {
          return undefined;
        }
      },
      60_000,
    );
  }

  /** Installs Debian, or copies the one in `CLAWREACH_TEST_SERVER`, which saves minutes. */
  #install(): void {
    const ready = process.env['CLAWREACH_TEST_SERVER'];
    if (ready !== undefined && ready !== '') {
      execFileSync('cp', ['-a', ready, this.root]);
      return;
    }
    const mirror = execFileSync('apt-get', ['indextargets', '--format', '$(REPO_URI)'], { encoding: 'utf8' })
      .split('\n')
      .find((line) => /\/debian\/?$/.test(line));
    execFileSync(
      'debootstrap',
      ['--variant=minbase', `--include=${PACKAGES}`, 'bookworm', this.root, mirror ?? 'http://deb.debian.org/debian'],
      { stdio: 'pipe' },
    );
  }

  /** Lets a key sign in as root. */
  authorize(publicKey: string): void {
    mkdirSync(join(this.root, 'root/.ssh'), { recursive: true, mode: 0o700 });
    writeFileSync(join(this.root, 'root/.ssh/authorized_keys'), publicKey);
  }

  get fingerprint(): string {
    const line = execFileSync('ssh-keygen', ['-lf', join(this.root, 'etc/ssh/ssh_host_ed25519_key.pub')], {
      encoding: 'utf8',
    });
    return line.split(' ')[1] ?? '';
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  /** Runs a command in its files, outside of its systemd. */
  run(command: string): string {
    return execFileSync('chroot', [this.root, 'sh', '-ec', command], {
      encoding: 'utf8',
      stdio: 'pipe',
      // Folders of this machine, such as TMPDIR, aren't there.
      env: { ...environmentIn(), HOME: '/root' },
    });
  }

  stop(): void {
    const pid = this.#child?.pid;
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    for (const words of [
      ['link', 'del', `${this.#network}a`],
      ['netns', 'del', this.#network],
    ])
      try {
        execFileSync('ip', words, { stdio: 'pipe' });
      } catch {
        // Gone already.
      }
  }
}
