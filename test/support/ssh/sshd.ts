import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { until } from '../e2e/until.ts';
import { freePort } from '../free-port.ts';

/** OpenSSH's own server on loopback, in a directory of its own, for the user of the tests. */
export class TestSshd {
  readonly folder: string;
  readonly user = userInfo().username;
  /** The person's key, without passphrase. */
  readonly keyFile: string;
  #port = 0;
  #child: ChildProcess | undefined;
  #extra: readonly string[] = [];
  readonly #hostKeys: string[] = [];

  private constructor(folder: string) {
    this.folder = folder;
    this.keyFile = join(folder, 'user');
  }

  /** @param options.extra lines of sshd_config */
  static async start(
    options: Readonly<{ extra?: readonly string[]; hostKeys?: readonly string[] }> = {},
  ): Promise<TestSshd> {
    const sshd = new TestSshd(mkdtempSync(join(tmpdir(), 'clawreach-sshd-')));
    sshd.makeKey('user', 'ed25519');
    writeFileSync(join(sshd.folder, 'authorized'), readFileSync(`${sshd.keyFile}.pub`));
    sshd.useHostKeys(options.hostKeys ?? ['ed25519']);
    sshd.#extra = options.extra ?? [];
    sshd.#port = await freePort();
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
    await sshd.restart();
    return sshd;
  }

  get port(): number {
    return this.#port;
  }

  /** A configuration of ssh that a person may have already, with the port and key of this server for the hosts of `ssh-config`. */
  configOfPerson(knownHosts: string): string {
    return [
      'Host *.claw',
      `  Port ${this.port}`,
      `  User ${this.user}`,
      `  IdentityFile ${this.keyFile}`,
      '  IdentitiesOnly yes',
      `  UserKnownHostsFile ${knownHosts}`,
      '  StrictHostKeyChecking accept-new',
      '  LogLevel ERROR',
      '',
    ].join('\n');
  }

  /** The server's public key, as known_hosts has it after the names. */
  hostKey(type = 'ed25519'): string {
    return readFileSync(join(this.folder, `host-${type}.pub`), 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' ');
  }

  fingerprint(type = 'ed25519'): string {
    const line = execFileSync('ssh-keygen', ['-lf', join(this.folder, `host-${type}.pub`)], { encoding: 'utf8' });
    return line.split(' ')[1] ?? '';
  }

  /** New keys of these types; in force from the next start on. */
  useHostKeys(types: readonly string[]): void {
    this.#hostKeys.splice(0);
    for (const type of types) {
      const path = join(this.folder, `host-${type}`);
      rmSync(path, { force: true });
      this.makeKey(`host-${type}`, type);
      this.#hostKeys.push(path);
    }
  }

  /** A key of the person, which may log in. @returns its file */
  addKey(name: string, type: string, passphrase = '', more: readonly string[] = []): string {
    const file = this.makeKey(name, type, passphrase, more);
    const path = join(this.folder, 'authorized');
    writeFileSync(path, readFileSync(path, 'utf8') + readFileSync(`${file}.pub`, 'utf8'));
    return file;
  }

  makeKey(name: string, type: string, passphrase = '', more: readonly string[] = []): string {
    const file = join(this.folder, name);
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-f', file, ...more]);
    return file;
  }

  /** Starts it, again at the same port. */
  async restart(): Promise<void> {
    const config = join(this.folder, 'config');
    const lines = [
      `Port ${this.#port}`,
      'ListenAddress 127.0.0.1',
      ...this.#hostKeys.map((path) => `HostKey ${path}`),
      `AuthorizedKeysFile ${join(this.folder, 'authorized')}`,
      'StrictModes no',
      'UsePAM no',
      'PermitRootLogin yes',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      `PidFile ${join(this.folder, 'pid')}`,
      'MaxStartups 100',
      ...this.#extra,
      '',
    ];
    writeFileSync(config, lines.join('\n'));
    this.#child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    let words = '';
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      words += chunk.toString();
    });
    await until('sshd to listen', async () => {
      if (this.#child?.exitCode !== null) throw new Error(`sshd ended: ${words}`);
      return (await listens(this.#port)) ? true : undefined;
    });
  }

  /** Its processes now: the one that listens, and those of the connections. */
  get pids(): readonly number[] {
    const pid = this.#child?.pid;
    return pid === undefined ? [] : [...descendants(pid), pid];
  }

  /** Ends it and every connection at once, as a machine does that is switched off and on. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const ended = new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) resolve(undefined);
      else child.once('exit', resolve);
    });
    for (const pid of this.pids) signal(pid, 'SIGKILL');
    await ended;
    this.#child = undefined;
  }

  /** All its processes stand still, with their sockets open; `thaw` lets them go on. */
  freeze(): () => void {
    const { pids } = this;
    for (const pid of pids) signal(pid, 'SIGSTOP');
    return () => {
      for (const pid of pids) signal(pid, 'SIGCONT');
    };
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A real ssh-agent with the given keys. */
export async function startAgent(
  folder: string,
  keys: readonly string[],
  name = 'agent',
): Promise<Readonly<{ socket: string; close(): void }>> {
  const socket = join(folder, name);
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  await until('the agent to listen', () => (readdirSync(folder).includes(name) ? true : undefined));
  for (const key of keys)
    execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'pipe' });
  return { socket, close: () => child.kill() };
}

export function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no port'));
      else resolve(address.port);
    });
  });
}

export function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function descendants(pid: number): readonly number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid)
    .map(Number);
  return children.flatMap((child) => [...descendants(child), child]);
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}
