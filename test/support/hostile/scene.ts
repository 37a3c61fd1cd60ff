import { systemClock } from '#node/clock/index.ts';
import type { Clock } from '#shared/clock.ts';
import { eventually } from './attempts.ts';
import type { Bridge } from './bridge.ts';
import { pairDevices, TestDevice, type TestDeviceOptions } from './device.ts';
import { HostileRelay } from './hostile-relay.ts';

/** Time after which devices that are still apart stay so, ms. */
const STAYS_APART = 150;

/** Devices at one hostile relay, and their end. */
export class Scene {
  readonly relay: HostileRelay;
  readonly clock: Clock;
  readonly #devices: TestDevice[] = [];

  constructor(clock: Clock = systemClock) {
    this.clock = clock;
    this.relay = new HostileRelay(clock);
  }

  /** A new device, online. */
  async device(name: string, more: Partial<TestDeviceOptions> = {}): Promise<TestDevice> {
    const device = await TestDevice.create({ name, dialer: this.relay.dialer(name), clock: this.clock, ...more });
    this.#devices.push(device);
    const problem = await device.configure(this.relay.url);
    if (problem !== null) throw new Error(`${name} is not online: ${problem}`);
    return device;
  }

  /** A target that lets its viewer open terminals, paired over this relay and without a link. */
  async pair(): Promise<Readonly<{ target: TestDevice; viewer: TestDevice }>> {
    const target = await this.device('target');
    const viewer = await this.device('viewer');
    await pairDevices(target, viewer);
    await this.unlink(target, viewer);
    return { target, viewer };
  }

  /** Waits for the first link of a pairing and cuts it: the next call is a handshake of its own. */
  async unlink(target: TestDevice, viewer: TestDevice): Promise<void> {
    await eventually(async () => (await viewer.peer(target))?.linked === true, 'the link');
    await eventually(async () => (await target.peer(viewer))?.linked === true, 'the link');
    await this.cut(target, viewer);
  }

  /** The newest connection of a device that is not over. */
  carrying(device: TestDevice): Bridge {
    const bridge = this.relay.bridges.findLast(
      ({ isOver, initiator, target }) => !isOver && [initiator, target].includes(device.name),
    );
    if (bridge === undefined) throw new Error(`nothing runs to ${device.name}`);
    return bridge;
  }

  /** Cuts every connection, again and again: a session over which something ran a moment ago makes itself another one. */
  async cut(...devices: readonly TestDevice[]): Promise<void> {
    await eventually(async () => {
      for (const bridge of this.relay.bridges) bridge.end();
      if (!(await this.#areApart(devices))) return false;
      // Another connection may be on its way already.
      await new Promise((resolve) => setTimeout(resolve, STAYS_APART));
      return this.relay.bridges.every(({ isOver }) => isOver) && (await this.#areApart(devices));
    }, 'the end of the link');
  }

  async #areApart(devices: readonly TestDevice[]): Promise<boolean> {
    const statuses = await Promise.all(devices.map((device) => device.api.call('status.get', {})));
    return statuses.every(({ peers }) => peers.linked === 0);
  }

  /** Takes part in `close`. */
  adopt(device: TestDevice): TestDevice {
    this.#devices.push(device);
    return device;
  }

  async close(): Promise<void> {
    this.relay.repent();
    for (const bridge of this.relay.bridges) bridge.end();
    await Promise.all(this.#devices.splice(0).map((device) => device.close()));
  }
}
