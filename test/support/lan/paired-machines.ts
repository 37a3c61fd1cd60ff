import { createServer, type AddressInfo, type Socket } from 'node:net';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import type { RelayDialer, RelayEndpoint } from '#shared/relay-dialer/index.ts';
import { until } from '../e2e/until.ts';
import { freePort } from '../free-port.ts';
import { DeviceDisk, TestDevice } from '../hostile/device.ts';
import { LOOPBACK_ONLY, loopbackDirect } from '../loopback-transports.ts';
import { lanInterface, MemoryLan, type MemoryHost } from './memory-lan.ts';

/** Machines in one network, with real connections on loopback, of which only `office` is dialed. Closes them all. */
export class LanMachines {
  readonly lan = new MemoryLan();
  /** Addresses of relays by their names: a host, with a port if another one answers there. */
  readonly names = new Map<string, string>();
  readonly #hosts = new Map<string, MemoryHost>();
  readonly #disks = new Map<string, DeviceDisk>();
  readonly #open: { close(): Promise<void> }[] = [];

  /** Starts the agent of a machine, also again after its end, with the same keys and files. */
  async start(name: string): Promise<TestDevice> {
    const isOffice = name === 'office';
    const known = this.#hosts.get(name);
    const host = known ?? this.lan.host(lanInterface(isOffice ? '127.0.0.1' : `127.0.0.${this.#hosts.size + 2}`));
    const disk = this.#disks.get(name) ?? new DeviceDisk();
    this.#hosts.set(name, host);
    this.#disks.set(name, disk);
    const dialer = this.#named(createRelayDialer({ clock: systemClock }));
    const direct = loopbackDirect(isOffice ? () => LOOPBACK_ONLY : () => []);
    const device = await TestDevice.create({ name, dialer, direct, lan: host, disk });
    this.also(device);
    if (known === undefined) await device.api.call('network.set', { port: await freePort() });
    device.agent.start();
    await until('the port', async () => (await device.api.call('network.get', {})).listening ?? undefined);
    return device;
  }

  /** Returns the dialer with the names of this network. */
  #named(dialer: RelayDialer): RelayDialer {
    const found = (endpoint: RelayEndpoint): RelayEndpoint => {
      const [host, port] = this.names.get(endpoint.host)?.split(':') ?? [];
      return host === undefined ? endpoint : { ...endpoint, host, port: Number(port ?? endpoint.port) };
    };
    return {
      ...dialer,
      control: (endpoint, options) => dialer.control(found(endpoint), options),
      link: (endpoint, options) => dialer.link(found(endpoint), options),
    };
  }

  /** Closes that, too. */
  also(one: { close(): Promise<void> }): void {
    this.#open.push(one);
  }

  /** Starts a server on loopback that ends with the machines. @returns its `host:port` */
  async serve(onConnection: (socket: Socket) => void): Promise<string> {
    const sockets = new Set<Socket>();
    const listening = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      onConnection(socket);
    });
    await new Promise<void>((resolve) => {
      listening.listen(0, '127.0.0.1', resolve);
    });
    this.also({
      close: async () => {
        for (const socket of sockets) socket.destroy();
        await new Promise((resolve) => listening.close(resolve));
      },
    });
    return `127.0.0.1:${(listening.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const one of this.#open.splice(0)) await one.close();
  }
}

/** Returns the port of a `host:port`. */
export const portOf = (address: string): number => Number(address.split(':').at(-1));
