import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { listenPrivately } from '#node/control-socket/index.ts';
import { proveToAgent } from './host-proof.ts';
import { HOST_PROTOCOL } from './host-protocol.ts';
import { hostRecordPath, hostSocketPath, removeHostFiles, writeHostRecord } from './host-record.ts';

/** Most connections at a time that have not proved yet that they are agents. */
const MAX_STRANGERS = 4;

/** Listening socket of a PTY host. */
export type HostListener = Readonly<{
  /** Tells whether the host's record still exists; without the record, no agent can find the host. */
  isListed(): boolean;
  /** Stops listening, and removes socket and record. */
  close(): void;
}>;

/** Address of a PTY host: directory of the profile, ID chosen by the agent, version of the program. */
export type HostAddress = Readonly<{ profile: string; id: string; software: string }>;

/**
 * Listens on a socket in the profile and writes the host's record, so that agents of the same user find this PTY host.
 * @param onAgent called with each connection that has proved to be an agent
 * @throws if the socket or the record can't be created
 */
export async function listenForAgents(
  { profile, id, software }: HostAddress,
  onAgent: (socket: Socket) => void,
): Promise<HostListener> {
  const token = randomBytes(32);
  const strangers = new Set<Socket>();
  const admit = async (socket: Socket): Promise<void> => {
    try {
      await proveToAgent(socket, token);
      onAgent(socket);
    } catch {
      socket.destroy();
    } finally {
      strangers.delete(socket);
    }
  };
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (strangers.size >= MAX_STRANGERS) {
      socket.destroy();
      return;
    }
    strangers.add(socket);
    void admit(socket);
  });
  server.on('error', () => undefined);
  const close = (): void => {
    server.close();
    for (const socket of strangers) socket.destroy();
    removeHostFiles(profile, id);
  };
  try {
    await listenPrivately(server, hostSocketPath(profile, id));
    await writeHostRecord(profile, { id, protocol: HOST_PROTOCOL, software, pid: process.pid, token });
  } catch (error) {
    close();
    throw error;
  }
  return { isListed: () => existsSync(hostRecordPath(profile, id)), close };
}
