import type { Socket } from 'node:net';
import { errorCode, errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { connectPrivateSocket } from '#node/control-socket/index.ts';
import { proveToHost } from './host-proof.ts';
import { HOST_PROTOCOL } from './host-protocol.ts';
import { hostSocketPath, listHostRecords, removeHostFiles, type HostRecord } from './host-record.ts';
import type { HostProcess } from './launch-host.ts';
import { ABANDONED_LIFETIME } from './host-server.ts';

/** PTY host that a previous agent left running. Its process may be suspended, and answer later. */
export type FoundHost = Readonly<{
  /** Version of the program that started the host. */
  software: string;
  /** Resolves to the connected host once both sides have proved that they know its token; undefined if that fails. Never rejects. */
  reached: Promise<HostProcess | undefined>;
  cancel(): void;
}>;

/** PTY hosts that previous agents of a profile left running. */
export interface DetachedHosts {
  /** Lists the hosts that speak this program's version of the host protocol, and starts to connect to them. */
  find(): readonly FoundHost[];
  /** Removes the files of a host that has ended. */
  remove(id: string): void;
  /** Version of this program. */
  readonly software: string;
}

/**
 * Creates the lookup of detached hosts. Reads host records in the profile, connects to their sockets, and removes the files of dead hosts. Called
 * when an agent starts, and before the terminals that it left behind are ended.
 * @param profile directory of the profile
 * @param software version of this program
 */
export function createDetachedHosts(profile: string, software: string, logger: Logger): DetachedHosts {
  return {
    software,
    find: () => listHostRecords(profile, logger).flatMap((record) => reach(profile, record, logger)),
    remove: (id) => {
      removeHostFiles(profile, id);
    },
  };
}

function reach(profile: string, record: HostRecord, logger: Logger): readonly FoundHost[] {
  const { id, pid, protocol, software } = record;
  if (protocol !== HOST_PROTOCOL) {
    // The host ends by itself if no agent of its version connects.
    if (isRunning(pid))
      logger.warn('terminals of another version stay out of reach', { id, pid, protocol, ours: HOST_PROTOCOL });
    else removeHostFiles(profile, id);
    return [];
  }
  const cancelled = new AbortController();
  const connecting = connect(profile, record, cancelled.signal);
  const reached = connecting.catch((error: unknown) => {
    if (errorCode(error) === 'control.not-running') removeHostFiles(profile, id);
    else if (!cancelled.signal.aborted)
      logger.warn('a terminal process could not be taken over', { id, pid, error: errorMessage(error) });
    return undefined;
  });
  return [{ software, reached, cancel: () => cancelled.abort() }];
}

async function connect(profile: string, { id, pid, token }: HostRecord, signal: AbortSignal): Promise<HostProcess> {
  const socket = await connectPrivateSocket(hostSocketPath(profile, id), { signal });
  const abort = (): void => void socket.destroy();
  socket.on('error', () => undefined);
  signal.addEventListener('abort', abort, { once: true });
  try {
    // The host may be stopped now and continue later.
    await proveToHost(socket, token, ABANDONED_LIFETIME);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
  return asProcess(socket, id, pid);
}

function asProcess(socket: Socket, id: string, pid: number): HostProcess {
  return {
    id,
    pid,
    socket,
    exited: new Promise((resolve) => {
      socket.once('close', () => resolve('its socket closed'));
    }),
    kill: () => {
      try {
        // While its side of the socket is open, the process ID is still the host's.
        if (!socket.destroyed && !socket.readableEnded) process.kill(pid, 'SIGKILL');
      } catch {
        // It has just gone.
      }
      // Needed even if the host has ended its side and then hangs, with our last message unread.
      socket.destroy();
    },
    release: () => undefined,
  };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
