import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { asUser, ownerOf, type User } from './user.ts';

/** Ms. */
const PATIENCE = 20_000;

/** A session bus on which nothing starts by itself: no key store, no tray host, until a test brings one. */
const EMPTY_BUS = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=RUNTIME</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

export type SessionOptions = Readonly<{
  user?: User;
  /** Of every program of the session, beside what the session itself sets. */
  environment?: Readonly<Record<string, string>>;
  /** `width x height` of the screen. */
  screen?: string;
  /** Services of the machine, such as its key store, start when they are asked for. */
  services?: boolean;
}>;

/** True where a session of its own can be had. */
export function canHaveSession(): boolean {
  const folders = (process.env['PATH'] ?? '/usr/bin').split(delimiter);
  return ['Xvfb', 'dbus-daemon'].every((name) => folders.some((folder) => existsSync(join(folder, name))));
}

/** A screen, a session bus and a home of their own, for one user; nobody else's desktop is touched. */
export class DesktopSession {
  /** The user owns it; home, runtime directory and temporary files are in it. */
  readonly directory: string;
  readonly user: User;
  #environment: Readonly<Record<string, string>>;
  readonly #children: ChildProcess[] = [];

  private constructor({ user = 'root', environment = {} }: SessionOptions) {
    this.user = user;
    this.directory = mkdtempSync(join(tmpdir(), 'clawreach-desktop-'));
    for (const name of ['.', 'home', 'tmp', 'run']) this.ownedDirectory(name);
    this.#environment = {
      PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
      LANG: 'C.UTF-8',
      // No test speaks to the network that this computer is in.
      CLAWREACH_DISCOVERY: 'off',
      ...environment,
      HOME: join(this.directory, 'home'),
      TMPDIR: join(this.directory, 'tmp'),
      XDG_RUNTIME_DIR: join(this.directory, 'run'),
      XDG_SESSION_TYPE: 'x11',
      // The bus of assistive technology would start programs of its own.
      NO_AT_BRIDGE: '1',
    };
  }

  static async start(options: SessionOptions = {}): Promise<DesktopSession> {
    const session = new DesktopSession(options);
    try {
      const { screen = '1280x800', services = false } = options;
      const config = join(session.directory, 'bus.conf');
      writeFileSync(config, EMPTY_BUS.replace('RUNTIME', join(session.directory, 'run')), { mode: 0o644 });
      const [display, address] = await Promise.all([
        session.#helper(['Xvfb', '-displayfd', '3', '-screen', '0', `${screen}x24`, '-nolisten', 'tcp', '-noreset'], 3),
        session.#helper(
          [
            'dbus-daemon',
            services ? '--session' : `--config-file=${config}`,
            '--print-address=3',
            '--nofork',
            '--nopidfile',
          ],
          3,
        ),
      ]);
      session.#environment = {
        ...session.#environment,
        DISPLAY: `:${display}`,
        DBUS_SESSION_BUS_ADDRESS: address,
      };
    } catch (error) {
      await session.close();
      throw error;
    }
    return session;
  }

  /** What a program of this session has in its environment. */
  get environment(): Readonly<Record<string, string>> {
    return this.#environment;
  }

  /** A directory of the session's, for this user only. */
  ownedDirectory(name: string): string {
    const directory = join(this.directory, name);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    chmodSync(directory, 0o700);
    const owner = ownerOf(this.user);
    if (owner !== undefined) chownSync(directory, owner.uid, owner.gid);
    return directory;
  }

  /** Starts a program of the session, such as a key store; it is ended with the session. */
  start(
    words: readonly string[],
    options: Readonly<{ environment?: Readonly<Record<string, string>> }> = {},
  ): ChildProcess {
    const [program, ...others] = asUser(this.user, words);
    const child = spawn(program, others, {
      cwd: this.directory,
      env: { ...this.#environment, ...options.environment },
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    });
    this.#children.push(child);
    return child;
  }

  async close(): Promise<void> {
    for (const child of this.#children.splice(0).toReversed()) {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) continue;
      const exited = once(child, 'exit');
      const insist = setTimeout(() => child.kill('SIGKILL'), 3000);
      child.kill('SIGTERM');
      await exited;
      clearTimeout(insist);
    }
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  /** Starts a program and resolves with the first line that it writes to that descriptor. */
  #helper(words: readonly string[], descriptor: 3): Promise<string> {
    const child = this.start(words);
    let complaint = '';
    child.stdout?.resume();
    child.stderr?.on('data', (text: Buffer) => {
      complaint += text.toString();
    });
    return new Promise((resolve, reject) => {
      const fail = (what: string): void => reject(new Error(`${words[0]} ${what}: ${complaint.trim()}`));
      const timer = setTimeout(() => fail('did not start in time'), PATIENCE);
      let line = '';
      child.once('error', reject);
      child.once('exit', (code) => fail(`ended with ${code}`));
      const output = child.stdio[descriptor];
      if (output === null || output === undefined || !('on' in output)) throw new Error('no pipe');
      output.on('data', (text: Buffer) => {
        line += text.toString();
        if (!line.includes('\n')) return;
        clearTimeout(timer);
        resolve(line.split('\n')[0] ?? '');
      });
    });
  }
}
