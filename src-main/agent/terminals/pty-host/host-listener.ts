import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { listenPrivately } from '#node/control-socket/index.ts';
import { proveToAgent } from './host-proof.ts';
import { HOST_PROTOCOL } from './host-protocol.ts';
import { hostRecordPath, hostSocketPath, removeHostFiles, writeHostRecord } from './host-record.ts';

/** Connections that have not proved themselves, at a time. */
const MAX_STRANGERS = 4;

export type HostListener = Readonly<{
  /** False when its record was taken away: then nobody can find it any more. */
  isListed(): boolean;
  /** Takes socket and record away. */
  close(): void;
}>;

/** Address of a host: directory of the profile, ID chosen by its agent, version of the program. */
export type HostPlace = Readonly<{ profile: string; id: string; software: string }>;

/** Lets agents of the same user find this host. @throws why that is not possible here */
export async function listenForAgents(
  { profile, id, software }: HostPlace,
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
