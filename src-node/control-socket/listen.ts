import { chmodSync, lstatSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { AppTransport } from '#shared/app-api/index.ts';
import { ClawReachError, systemCode } from '#shared/errors.ts';
import { ensurePrivateDirectory, writeProblem } from '../files/index.ts';
import { isListening } from './connect.ts';
import { CONTROL_PROOF, ensureControlKey } from './control-key.ts';
import { ControlError } from './errors.ts';
import { isFull, readPid, withStartLock } from './lock.ts';
import { checkSocketDirectory, IS_PIPE } from './path.ts';
import { proveToClient } from './proof.ts';
import { SocketTransport } from './transport.ts';

/** Limit of simultaneous connections. */
const MAX_CONNECTIONS = 64;
/** Limit of connections that have not yet proved that they come from this user (Windows only). */
const MAX_UNPROVED = 8;

/** Listening control socket, closed by the process that opened it. */
export type ControlListener = Readonly<{
  path: string;
  /** Removes the socket and closes every connection. Idempotent. */
  close(): Promise<void>;
}>;

/**
 * Listens on the control socket for user interfaces of the same user. Called once by the agent's process, in the application or in `clawreach run`.
 * Creates the socket, a lock and a pid file. The directory, which no other user may enter, protects the socket, since Node can't query the user
 * behind a connection. A Windows pipe has no directory and is protected by a key in the profile.
 * @param path as returned by `controlSocketPath`
 * @param onTransport called for each authenticated connection
 * @param keyFile as returned by `controlKeyFile`; created if it is missing
 * @throws {ControlError} `control.in-use` (details: pid), `control.directory`, `control.path`
 * @throws {StoreError} `store.directory-permissions`, `store.disk-full`, `store.read-only`, `store.not-writable`
 */
export async function listenControlSocket(
  path: string,
  onTransport: (transport: AppTransport) => void,
  keyFile?: string,
): Promise<ControlListener> {
  const sockets = new Set<Socket>();
  let admit = (socket: Socket): void => onTransport(new SocketTransport(socket));
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => void sockets.delete(socket));
    admit(socket);
  });
  server.maxConnections = MAX_CONNECTIONS;
  if (keyFile !== undefined) admit = (socket) => void socket.destroy();
  // Without free file descriptors only the new connection fails, not the agent.
  server.on('error', () => undefined);
  if (IS_PIPE) await startListening(server, path);
  else {
    ensurePrivateDirectory(dirname(path));
    checkSocketDirectory(path);
    try {
      await withStartLock(path, async () => {
        await removeStale(path);
        await listenPrivately(server, path);
        writePid(path);
      });
    } catch (error) {
      // A full or read-only disk gets an error that tells the person how to fix it.
      throw isSystemError(error) ? writeProblem(dirname(path), error) : error;
    }
  }
  if (keyFile !== undefined) admit = requireProof(ensureControlKey(keyFile), onTransport);
  let closed: Promise<void> | undefined;
  return {
    path,
    close: () => (closed ??= stopListening(server, sockets, path)),
  };
}

/**
 * Returns a handler that passes on connections that prove they can read the key. If too many connections have not proved it yet, the oldest one is
 * closed, so that they can't block others.
 */
function requireProof(key: Uint8Array, onTransport: (transport: AppTransport) => void): (socket: Socket) => void {
  const unproved = new Set<Socket>();
  return (socket) => {
    const [oldest] = unproved;
    if (unproved.size >= MAX_UNPROVED) oldest?.destroy();
    unproved.add(socket);
    const drop = (): void => void socket.destroy();
    socket.on('error', drop);
    proveToClient(socket, CONTROL_PROOF, key)
      .then(() => onTransport(new SocketTransport(socket)), drop)
      .finally(() => unproved.delete(socket));
  };
}

/** Writes this process's ID beside the socket, for the message that another agent is already running. A full disk does not stop the start. */
function writePid(path: string): void {
  try {
    writeFileSync(pidFile(path), `${process.pid}\n`, { mode: 0o600 });
  } catch (error) {
    if (!isFull(error)) throw error;
    rmSync(pidFile(path), { force: true });
  }
}

function isSystemError(error: unknown): boolean {
  return !(error instanceof ClawReachError) && systemCode(error) !== undefined;
}

function pidFile(path: string): string {
  return `${path}.pid`;
}

async function removeStale(path: string): Promise<void> {
  try {
    if (!lstatSync(path).isSocket())
      throw new ControlError('control.path', `${path} is not a socket`, { details: { path } });
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  if (await isListening(path)) throw inUse(path);
  // An agent that ends at this moment removes the file, too.
  rmSync(path, { force: true });
}

/**
 * Starts a server at a path to which only this user can connect. Used for the control socket and by PTY hosts.
 * @throws {ControlError} `control.in-use` if another process listens at the path, `control.directory`
 * @throws {StoreError} `store.directory-permissions`
 */
export async function listenPrivately(server: Server, path: string): Promise<void> {
  if (!IS_PIPE) {
    ensurePrivateDirectory(dirname(path));
    checkSocketDirectory(path);
  }
  await startListening(server, path);
  if (!IS_PIPE) chmodSync(path, 0o600);
}

/**
 * Starts a server at a path to which only this user can connect, in place of a socket file that a killed process has left. Used for sockets that the
 * process with the control socket opens beside it.
 * @throws as `listenPrivately`, and {ControlError} `control.path`
 */
export async function listenInPlaceOfStale(server: Server, path: string): Promise<void> {
  if (!IS_PIPE) {
    ensurePrivateDirectory(dirname(path));
    checkSocketDirectory(path);
    await removeStale(path);
  }
  await listenPrivately(server, path);
}

function startListening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(systemCode(error) === 'EADDRINUSE' ? inUse(path, error) : error));
    server.once('listening', () => resolve());
    withPrivateUmask(() => server.listen({ path }));
  });
}

/**
 * Runs an action that creates the socket's file, with a umask that gives the file its private mode from the start. A worker thread can't change the
 * umask; there the action runs without it.
 */
function withPrivateUmask(action: () => void): void {
  let before: number | undefined;
  try {
    before = process.umask(0o177);
  } catch {
    // The directory protects the socket; the mode follows right after.
  }
  try {
    action();
  } finally {
    if (before !== undefined) process.umask(before);
  }
}

function inUse(path: string, cause?: unknown): ControlError {
  const pid = IS_PIPE ? undefined : readPid(pidFile(path));
  return new ControlError('control.in-use', 'an agent is running for this profile already', {
    cause,
    details: { path, pid: pid ?? 'unknown' },
  });
}

async function stopListening(server: Server, sockets: ReadonlySet<Socket>, path: string): Promise<void> {
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  for (const socket of sockets) socket.destroySoon();
  const deadline = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, 2000);
  await stopped;
  clearTimeout(deadline);
  if (!IS_PIPE && readPid(pidFile(path)) === process.pid) rmSync(pidFile(path), { force: true });
}
