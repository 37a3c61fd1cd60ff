import type { Socket } from 'node:net';
import { errorCode, errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { connectPrivateSocket } from '#node/control-socket/index.ts';
import { proveToHost } from './host-proof.ts';
import { HOST_PROTOCOL } from './host-protocol.ts';
import { hostSocketPath, listHostRecords, removeHostFiles, type HostRecord } from './host-record.ts';
import type { HostProcess } from './launch-host.ts';
import { ABANDONED_LIFETIME } from './host-server.ts';

/** A host of an agent before. It may be stopped, and answer later. */
export type FoundHost = Readonly<{
  software: string;
  /** Resolves when each has proved itself to the other; undefined when that came to nothing. Never rejects. */
  reached: Promise<HostProcess | undefined>;
  cancel(): void;
}>;

/** The hosts that earlier agents of a profile have left. */
export interface DetachedHosts {
  find(): readonly FoundHost[];
  /** Removes the files of a host that has died. */
  remove(id: string): void;
  /** Version of this program. */
  readonly software: string;
}

/** @param profile Directory of the profile. */
export function keptHosts(profile: string, software: string, logger: Logger): DetachedHosts {
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
    // It ends by itself when nobody of its own version comes.
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
    // It may be stopped now, and go on later.
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
        // As long as it holds its end, the number is its own.
        if (!socket.destroyed && !socket.readableEnded) process.kill(pid, 'SIGKILL');
      } catch {
        // It has just gone.
      }
      // Also where it has ended its side and then stands still, with what we said last still unread.
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
