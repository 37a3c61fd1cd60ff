import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { TerminalError } from '#shared/terminal/index.ts';
import { createHostId } from './host-record.ts';

/** PTY host process as the backend uses it, started by this agent or by an earlier one. */
export interface HostProcess {
  readonly pid: number | undefined;
  /** ID by which later agents find the host; undefined if they can't. */
  readonly id?: string | undefined;
  /** Connection that carries the host protocol. Closes when the host is gone. */
  readonly socket: Duplex;
  /** Resolves to the reason when the process has ended. Never rejects. */
  readonly exited: Promise<string>;
  kill(): void;
  /** Lets the process run on without this one, which may end before it. */
  release(): void;
}

/** Function that starts a PTY host process, or a double in tests. */
export type LaunchHost = () => HostProcess;

export type LaunchOptions = Readonly<{
  /** Path of Node, or of a program that runs as Node. */
  executable: string;
  /** Arguments, the last of which is the path of `dist/pty-host.js`. */
  args: readonly string[];
  /** Profile in which later agents find the host, and version of the program; undefined for a host that ends with its agent. */
  registration?: Readonly<{ profile: string; software: string }> | undefined;
  environment: Readonly<Record<string, string | undefined>>;
  /** Called with the host's output to stderr, at most 64 KiB in total. */
  onStderr(text: string): void;
}>;

const MAX_STDERR = 65_536;

/**
 * Starts a PTY host process in a session of its own, so that Ctrl-C in the agent's terminal doesn't reach the shells. Its descriptor 3 is a Unix
 * socket pair (a named pipe on Windows). Called when the agent opens a terminal and has no host for it; the desktop application passes the agent a
 * launcher of its own instead.
 */
export function launchHost(options: LaunchOptions): HostProcess {
  const { registration } = options;
  const id = registration === undefined ? undefined : createHostId();
  const words = registration === undefined || id === undefined ? [] : [registration.profile, id, registration.software];
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
  let received = 0;
  child.stderr?.on('data', (chunk: Buffer) => {
    if (received < MAX_STDERR) options.onStderr(chunk.toString('utf8'));
    received += chunk.length;
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
