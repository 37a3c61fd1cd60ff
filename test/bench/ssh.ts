import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#test/support/free-port.ts';
import type { Elsewhere } from './paths.ts';
import { track } from './processes.ts';

/** Two OpenSSH servers of our own on loopback: a jump host and a target, as reference for a relayed end-to-end path. */
export type SshReference = Readonly<{
  /** A local port that reaches `port` at the target, by a connection of its own: through the jump host, or directly (`ssh -L`). */
  forward(port: number, directly?: boolean): Promise<number>;
  /** The same through two jump hosts (`ssh -J a,b`). */
  forwardTwice(port: number): Promise<number>;
  /** A SOCKS proxy by a connection of its own (`ssh -D`). */
  dynamic(directly: boolean): Promise<number>;
  /** Arguments of `ssh` for a command on the target through the jump host. */
  targetArguments: readonly string[];
  /** Configuration of the client, in which `target` is a host behind the jump host. */
  config: string;
  /** Servers and clients so far. */
  pids: readonly number[];
}>;

/** Undefined, with one line that says why, where OpenSSH's server is missing. */
export async function startSshReference(elsewhere?: Elsewhere): Promise<SshReference | undefined> {
  if (!existsSync('/usr/sbin/sshd')) {
    console.log('skipped: ssh reference (install openssh-server)');
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'clawreach-bench-ssh-'));
  mkdirSync('/run/sshd', { recursive: true });
  for (const name of ['host', 'user'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  execFileSync('cp', [join(folder, 'user.pub'), join(folder, 'authorized')]);
  const ports = [await freePort(), await freePort()] as const;
  const address = elsewhere?.address ?? '127.0.0.1';
  const pids: number[] = [];
  const run = (child: ChildProcess): void => {
    track(child);
    if (child.pid !== undefined) pids.push(child.pid);
  };
  for (const port of ports) {
    const config = join(folder, `sshd-${port}`);
    writeFileSync(
      config,
      [
        `Port ${port}`,
        `ListenAddress ${address}`,
        `HostKey ${join(folder, 'host')}`,
        `AuthorizedKeysFile ${join(folder, 'authorized')}`,
        'StrictModes no',
        'UsePAM no',
        'PermitRootLogin yes',
        'PasswordAuthentication no',
        `PidFile ${join(folder, `pid-${port}`)}`,
        'MaxSessions 100',
        'MaxStartups 100',
        // For scp.
        'Subsystem sftp internal-sftp',
        '',
      ].join('\n'),
    );
    const words = ['-D', '-e', '-f', config];
    run(startElsewhere('/usr/sbin/sshd', words, elsewhere));
    await reachable(port, address);
  }
  const user = userInfo().username;
  const client = join(folder, 'client');
  writeFileSync(
    client,
    [
      'Host *',
      `  User ${user}`,
      `  IdentityFile ${join(folder, 'user')}`,
      '  IdentitiesOnly yes',
      `  UserKnownHostsFile ${join(folder, 'known')}`,
      '  StrictHostKeyChecking accept-new',
      '  Ciphers aes256-gcm@openssh.com',
      '  LogLevel ERROR',
      'Host jump',
      `  Port ${ports[0]}`,
      'Host again',
      `  Port ${ports[0]}`,
      'Host target direct twice',
      `  Port ${ports[1]}`,
      'Host target',
      '  ProxyJump jump',
      'Host twice',
      '  ProxyJump jump,again',
      'Host *',
      `  HostName ${address}`,
      '',
    ].join('\n'),
  );
  /** @param way `-L` or `-D` with where it listens and leads */
  const startClient = async (local: number, way: readonly string[], host: string): Promise<number> => {
    run(spawn('ssh', ['-F', client, '-N', ...way, host], { stdio: 'ignore' }));
    await reachable(local, '127.0.0.1');
    return local;
  };
  return {
    targetArguments: ['-F', client, 'target'],
    config: client,
    pids,
    async forward(port, directly = false) {
      const local = await freePort();
      return await startClient(local, leading(local, port), directly ? 'direct' : 'target');
    },
    async forwardTwice(port) {
      const local = await freePort();
      return await startClient(local, leading(local, port), 'twice');
    },
    async dynamic(directly) {
      const local = await freePort();
      return await startClient(local, ['-D', `127.0.0.1:${local}`], directly ? 'direct' : 'target');
    },
  };
}

function leading(local: number, port: number): readonly string[] {
  return ['-L', `127.0.0.1:${local}:127.0.0.1:${port}`];
}

function startElsewhere(command: string, words: readonly string[], elsewhere: Elsewhere | undefined): ChildProcess {
  const [first, ...rest] = [...(elsewhere?.on ?? []), command, ...words];
  return spawn(first ?? command, rest, { stdio: 'ignore' });
}

async function reachable(port: number, host: string): Promise<void> {
  const deadline = performance.now() + 15_000;
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, host);
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    if (performance.now() > deadline) throw new Error(`nothing listens on ${port}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}
