import { join } from 'node:path';
import { startRelayProcess } from './paths.ts';
import { residentBytes, startProcess } from './processes.ts';

const root = new URL('../..', import.meta.url).pathname;

export type IdleMemory = Readonly<{ relay: number; socket: number }>;

/** Resident memory per idle connection, bytes: a device at the relay, and a bare `ws` connection, each in fresh processes. */
export async function measureIdleMemory(count: number): Promise<IdleMemory> {
  const relay = await startRelayProcess();
  const relayBytes = await perConnection(relay.pid, 'devices', relay.url, count);
  const bare = await startProcess(process.execPath, [join(root, 'test/bench/bare-ws.ts')]);
  const socketBytes = await perConnection(bare.child.pid ?? 0, 'sockets', bare.line, count);
  return { relay: relayBytes, socket: socketBytes };
}

async function perConnection(pid: number, kind: string, url: string, count: number): Promise<number> {
  await settle();
  const before = await residentBytes(pid);
  const clients = await startProcess(process.execPath, [
    join(root, 'test/bench/idle-devices.ts'),
    kind,
    url,
    String(count),
  ]);
  await settle();
  const after = await residentBytes(pid);
  clients.child.kill();
  return (after - before) / count;
}

function settle(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 3000);
  });
}
