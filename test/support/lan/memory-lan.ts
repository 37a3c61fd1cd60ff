import type { LanInterface, LanSocket, LanSocketOptions, LanSockets } from '#node/discovery/index.ts';

type Joined = Readonly<{ host: MemoryHost; options: LanSocketOptions; addresses: Set<string> }>;

/** Networks in memory: what is sent from an address is heard by every machine that has joined one in the same network, the sender included. */
export class MemoryLan {
  readonly joined = new Set<Joined>();
  /** Everything that was sent, in order. */
  readonly packets: Readonly<{ from: string; packet: Uint8Array }>[] = [];

  host(...interfaces: readonly LanInterface[]): MemoryHost {
    return new MemoryHost(this, interfaces);
  }

  /** As a system would deliver it; `port` other than that of multicast DNS is some program's own. */
  deliver(packet: Uint8Array, from: string, port = 5353): void {
    for (const { options, addresses } of this.joined) {
      if ([...addresses].some((address) => network(address) === network(from)))
        options.onPacket(packet.slice(), { address: from, port });
    }
  }
}

/** A machine with interfaces that a test may change. */
export class MemoryHost implements LanSockets {
  /** Why no socket can be opened. */
  problem: Error | undefined;
  readonly #lan: MemoryLan;
  #interfaces: readonly LanInterface[];

  constructor(lan: MemoryLan, interfaces: readonly LanInterface[]) {
    this.#lan = lan;
    this.#interfaces = interfaces;
  }

  interfaces(): readonly LanInterface[] {
    return this.#interfaces;
  }

  move(...interfaces: readonly LanInterface[]): void {
    this.#interfaces = interfaces;
  }

  open(options: LanSocketOptions): Promise<LanSocket> {
    if (this.problem !== undefined) return Promise.reject(this.problem);
    const lan = this.#lan;
    const joined: Joined = { host: this, options, addresses: new Set() };
    lan.joined.add(joined);
    return Promise.resolve({
      join: (addresses) => {
        joined.addresses.clear();
        for (const address of addresses) joined.addresses.add(address);
      },
      send: (packet, from) => {
        lan.packets.push({ from, packet });
        lan.deliver(packet, from);
        return Promise.resolve(true);
      },
      close: () => void lan.joined.delete(joined),
    });
  }
}

/** Networks of tests are /24. */
function network(address: string): string {
  return address.split('.').slice(0, 3).join('.');
}

export function lanInterface(address: string, name = 'eth0'): LanInterface {
  return { name, address, prefix: 24 };
}
