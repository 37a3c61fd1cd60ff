import { systemCode } from '#shared/errors.ts';
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { AppTransport } from '#shared/app-api/index.ts';
import { CONTROL_PROOF, readControlKey } from './control-key.ts';
import { ControlError } from './errors.ts';
import { checkSocketDirectory, IS_PIPE } from './path.ts';
import { proveToServer } from './proof.ts';
import { SocketTransport } from './transport.ts';

/**
 * Connects to the agent that listens on the control socket. Used by every user interface outside the agent's process: commands, the window in a
 * browser, and the application if another process runs the agent. Opens a socket; reads the control key file.
 * @param path as returned by `controlSocketPath`
 * @param options.timeout ms, 5000 by default
 * @param options.keyFile as returned by `controlKeyFile`; if it is given, both sides prove that they can read it
 * @throws {ControlError} `control.not-running`, `control.directory`, `control.forbidden`, `control.stranger`, `control.timeout`, `control.cancelled`,
 * `control.failed`
 */
export async function connectControlSocket(
  path: string,
  { keyFile, ...options }: Readonly<{ timeout?: number; signal?: AbortSignal; keyFile?: string | undefined }> = {},
): Promise<AppTransport> {
  const key = keyFile === undefined ? undefined : readControlKey(keyFile);
  // An agent makes the key before it listens: without a key, none has ever run.
  if (keyFile !== undefined && key === undefined) throw notRunning(path);
  const socket = await connectPrivateSocket(path, options);
  if (key !== undefined) await prove(socket, path, key, options);
  return new SocketTransport(socket);
}

async function prove(
  socket: Socket,
  path: string,
  key: Uint8Array,
  { timeout, signal }: Readonly<{ timeout?: number; signal?: AbortSignal }>,
): Promise<void> {
  const abort = (): void => void socket.destroy();
  socket.on('error', abort);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await proveToServer(socket, CONTROL_PROOF, key, timeout);
  } catch (error) {
    socket.destroy();
    if (signal?.aborted === true) throw new ControlError('control.cancelled', 'cancelled', { cause: signal.reason });
    throw new ControlError('control.stranger', 'the process that listens there is not the agent of this profile', {
      cause: error,
      details: { path },
    });
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/**
 * Connects to another private socket of this user, such as that of a PTY host. The caller speaks its own protocol on it and checks who answers.
 * Throws as `connectControlSocket` does.
 */
export async function connectPrivateSocket(
  path: string,
  options: Readonly<{ timeout?: number; signal?: AbortSignal }> = {},
): Promise<Socket> {
  if (!IS_PIPE && isMissingOrEmpty(dirname(path))) throw notRunning(path);
  checkSocketDirectory(path);
  return openSocket(path, options.timeout ?? 5000, options.signal);
}

/**
 * Reports whether a process accepts connections at this socket path. Returns false only if certainly none does; `listenControlSocket` then removes
 * the stale socket.
 */
export async function isListening(path: string): Promise<boolean> {
  try {
    const socket = await openSocket(path, 2000);
    socket.destroy();
    return true;
  } catch (error) {
    // Any other error may come from a busy agent.
    return !(error instanceof ControlError && error.code === 'control.not-running');
  }
}

/** Reports whether no socket can be there: without any entry, or without the directory. One that can't be read is left to `checkSocketDirectory`. */
function isMissingOrEmpty(directory: string): boolean {
  try {
    return readdirSync(directory).length === 0;
  } catch (error) {
    return systemCode(error) === 'ENOENT';
  }
}

function openSocket(path: string, timeout: number, signal?: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    const timer = setTimeout(() => {
      fail(new ControlError('control.timeout', 'the agent does not answer', { details: { path } }));
    }, timeout);
    const fail = (error: Error): void => {
      settled();
      socket.on('error', () => undefined);
      socket.destroy();
      reject(error);
    };
    const abort = (): void => fail(new ControlError('control.cancelled', 'cancelled', { cause: signal?.reason }));
    const onError = (error: Error): void => fail(translate(path, error));
    const settled = (): void => {
      clearTimeout(timer);
      socket.off('error', onError);
      signal?.removeEventListener('abort', abort);
    };
    socket.on('error', onError);
    socket.once('connect', () => {
      settled();
      resolve(socket);
    });
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

function translate(path: string, error: Error): ControlError {
  switch (systemCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ECONNREFUSED':
    // The agent listened when we connected, and ended before it accepted.
    case 'ECONNRESET':
    case 'EPIPE':
      return notRunning(path, error);
    case 'EACCES':
    case 'EPERM':
      return new ControlError('control.forbidden', 'the agent belongs to another user', {
        cause: error,
        details: { path },
      });
    default:
      return new ControlError('control.failed', `no connection to the agent: ${systemCode(error) ?? 'unknown'}`, {
        cause: error,
        details: { path, reason: systemCode(error) ?? 'unknown' },
      });
  }
}

function notRunning(path: string, cause?: Error): ControlError {
  return new ControlError('control.not-running', 'no agent is running for this profile', { cause, details: { path } });
}
