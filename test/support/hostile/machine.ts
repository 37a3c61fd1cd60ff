import type { DirectTransport } from '#agent/direct/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { loopbackDirect } from '../loopback-transports.ts';
import { TestDevice, type DeviceDisk } from './device.ts';

export type Machine = Readonly<{ device: TestDevice; transport: DirectTransport }>;

/** An agent with real sockets on loopback. */
export async function startMachine(name: string, disk?: DeviceDisk): Promise<Machine> {
  const transport = loopbackDirect();
  const device = await TestDevice.create({
    name,
    dialer: createRelayDialer({ clock: systemClock }),
    direct: transport,
    ...(disk === undefined ? {} : { disk }),
  });
  return { device, transport };
}

/** As by SIGKILL: its connections are gone before it could say a word. */
export async function kill({ device, transport }: Machine): Promise<void> {
  await transport.close();
  await device.close();
}
