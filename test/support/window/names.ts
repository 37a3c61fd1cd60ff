import type { Device } from '../e2e/device.ts';

/** How that device calls the one of the window, its only peer: as this machine is called. */
export async function nameOfWindow(device: Device): Promise<string> {
  const [peer] = (await device.json('list')) as readonly Readonly<{ name: string }>[];
  if (peer === undefined) throw new Error(`${device.name} has no peer`);
  return peer.name;
}
