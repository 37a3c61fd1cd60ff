import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { TerminalError } from '#shared/terminal/index.ts';
import { createHostId } from './host-record.ts';

/** A PTY host, as the supervisor needs it: one that was started, or one that runs already. */
export interface HostProcess {
  readonly pid: number | undefined;
  /** Under which later agents find it. */
  readonly id?: string | undefined;
  /** Bytes of the host protocol. Closes when the host is gone. */
  readonly socket: Duplex;
  /** Resolves when the process is gone, with how. Never rejects. */
  readonly exited: Promise<string>;
  kill(): void;
  /** Lets it go on without this process, which may end before it. */
  release(): void;
}

export type LaunchHost = () => HostProcess;

export type LaunchOptions = Readonly<{
  /** Node, or what runs as Node. */
  executable: string;
  /** Arguments: the path of dist/pty-host.js last. */
  args: readonly string[];
  /** Place where later agents find it, for a host that outlives this process. */
  place?: Readonly<{ profile: string; software: string }> | undefined;
  environment: Readonly<Record<string, string | undefined>>;
  /** Called with what the host writes to stderr; at most 64 KiB in its life. */
  onStderr(text: string): void;
}>;

const MAX_STDERR = 65_536;

/**
 * Starts the host in a session of its own, so that Ctrl-C in the agent's terminal does not reach the shells, with a Unix socket pair (a
 * named pipe on Windows) as descriptor 3.
 */
export function launchHost(options: LaunchOptions): HostProcess {
  const { place } = options;
  const id = place === undefined ? undefined : createHostId();
  const words = place === undefined || id === undefined ? [] : [place.profile, id, place.software];
  const child = spawn(options.executable, [...options.args, ...words], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    env: options.environment,
    cwd: process.platform === 'win32' ? undefined : '/',
    detached: true,
    windowsHide: true,
  });
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('exit', (code, signal) => {
      resolve(signal ?? `exit code ${code ?? 'unknown'}`);
    });
  });
  let heard = 0;
  child.stderr?.on('data', (chunk: Buffer) => {
    if (heard < MAX_STDERR) options.onStderr(chunk.toString('utf8'));
    heard += chunk.length;
  });
  const socket: unknown = child.stdio[3];
  if (!(socket instanceof Duplex)) {
    child.kill('SIGKILL');
    throw new TerminalError('terminal.host-lost', 'the terminal process got no socket');
  }
  return {
    id,
    pid: child.pid,
    socket,
    exited,
    kill: () => {
      child.kill('SIGKILL');
    },
    release: () => {
      child.unref();
      child.stderr?.destroy();
    },
  };
}
