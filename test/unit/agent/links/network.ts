import { DirectError } from '#shared/direct/index.ts';
import { isDialable, type IncomingPath } from '#agent/direct/index.ts';
import {
  LinkManager,
  type HandshakeReply,
  type DirectPort,
  type LinkManagerOptions,
  type PeerRoute,
  type PinnedPeer,
  type RejectedHandshake,
  type UdpPort,
} from '#agent/links/index.ts';
import { RelayClientError, type IncomingConnection, type RelayPort } from '#agent/relay/index.ts';
import { HopTransport } from '#agent/links/hops/hop-transport.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { createIdentity, type DeviceIdentity, type PeerId } from '#shared/identity/index.ts';
import { createMemoryChannelPair, type ByteChannel, type IncomingStream, type SessionEnd } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { watchPorts, type Leaving } from './watched-ports.ts';

/** What the relay between the devices does to bytes from the caller; the way back is honest. */
export type Tamper = (chunk: Uint8Array) => readonly Uint8Array[];

/** A relay between link managers in one process, as hostile as the test makes it. */
export class FakeNetwork {
  readonly clock = new FakeClock();
  readonly #ports = new Map<PeerId, FakePort>();
  readonly #directs = new Map<string, FakeDirect>();
  readonly #owners = new Map<string, PeerId>();
  readonly #ends: { kind: 'relay' | 'direct'; channels: readonly ByteChannel[]; between: readonly PeerId[] }[] = [];
  /** Whether the relay connects one peer with another; what runs is another matter. */
  connects: (from: PeerId, to: PeerId) => boolean = () => true;
  /** Devices to be told who is there. */
  readonly devices = new Set<LinkManager>();
  #isUp = true;
  /** No direct connection is made, and what runs is another matter. */
  blocksDirect = false;
  /** Bytes between those two are lost without a word. */
  swallows: (kind: 'relay' | 'direct', between: readonly PeerId[]) => boolean = () => false;
  readonly dialers = new Map<string, PeerId>();
  /** Told of everything that leaves a device, before it does. */
  watch: ((leaving: Leaving) => void) | undefined;
  readonly message1s: Uint8Array[] = [];
  tamperMessage2: (message2: Uint8Array) => Uint8Array = (message2) => message2;
  tamperBytes: Tamper = (chunk) => [chunk.slice()];
  /** Runs before a connection reaches its target. */
  hold: Promise<void> = Promise.resolve();
  refusals: string[] = [];
  dials = 0;

  /** The relay is there, or gone: who is there is told; what runs over it is another matter. */
  set up(up: boolean) {
    this.#isUp = up;
    this.tellPresence();
  }

  get up(): boolean {
    return this.#isUp;
  }

  /** Ends every connection of that kind, as a machine in between that goes away. */
  cut(kind: 'relay' | 'direct'): void {
    for (const { channels } of this.#ends.filter((end) => end.kind === kind)) {
      for (const channel of channels) channel.destroy();
    }
  }

  /** Ends every connection of that peer, or between those two, without a word. */
  cutOff(one: PeerId, other?: PeerId): void {
    for (const { between, channels } of this.#ends) {
      if (!between.includes(one) || (other !== undefined && !between.includes(other))) continue;
      for (const channel of channels) channel.destroy();
    }
  }

  /** SIGKILL: nothing of that device is heard any more. */
  kill({ identity, links, port, direct }: Device): void {
    port.dead = true;
    direct?.kill();
    this.devices.delete(links);
    if (this.#ports.get(identity.peerId) === port) this.#ports.delete(identity.peerId);
    this.cutOff(identity.peerId);
    this.tellPresence();
  }

  /** Who is there at the relay, and whom it connects, has changed. */
  tellPresence(): void {
    for (const links of this.devices) links.presenceChanged();
  }

  isOnline(from: PeerId, to: PeerId): boolean {
    return this.#isUp && this.#ports.has(to) && this.connects(from, to);
  }

  /** Whose address that is. */
  ownerOf(address: string): PeerId {
    const owner = this.#owners.get(address);
    if (owner === undefined) throw new Error('nobody has that address');
    return owner;
  }

  direct(owner: PeerId): FakeDirect {
    const direct = new FakeDirect(this, `10.0.0.${this.#directs.size + 1}:7473`);
    this.#directs.set(direct.address, direct);
    this.#owners.set(direct.address, owner);
    return direct;
  }

  /** Brings a message 1 to whoever listens at an address; silence is what everybody else answers. */
  dial(address: string, from: string, message1: Uint8Array, signal: AbortSignal): Promise<HandshakeReply> {
    return new Promise((resolve, reject) => {
      const listener = this.blocksDirect ? undefined : this.#directs.get(address)?.onIncoming;
      const late = this.clock.setTimer(3000, () => reject(new DirectError('direct.timeout', 'no answer')));
      signal.addEventListener('abort', () => {
        late.cancel();
        reject(new DirectError('direct.aborted', 'given up'));
      });
      listener?.({
        kind: 'direct',
        address: from,
        message1,
        drop: () => undefined,
        accept: (message2) => {
          late.cancel();
          const [near, far] = this.join('direct', [this.ownerOf(from), this.ownerOf(address)]);
          resolve({ message2, channel: near });
          return far;
        },
      });
    });
  }

  port(peerId: PeerId): FakePort {
    const port = new FakePort(this, peerId);
    this.#ports.set(peerId, port);
    return port;
  }

  /** Brings a message 1 to a device, from whoever it claims. */
  deliver(from: PeerId, to: PeerId, message1: Uint8Array): Promise<{ message2: Uint8Array; channel: ByteChannel }> {
    return new Promise((resolve, reject) => {
      const target = this.#ports.get(to);
      const refuse = (reason: string): void => {
        this.refusals.push(reason);
        reject(new RelayClientError(`relay.refused.${reason}`, reason));
      };
      if (target?.onIncoming === undefined || !this.connects(from, to)) {
        refuse('offline');
        return;
      }
      target.onIncoming({
        from,
        message1,
        refuse,
        cancelled: new AbortController().signal,
        accept: (message2) => {
          const [near, far] = this.join('relay', [from, to]);
          resolve({ message2: this.tamperMessage2(message2), channel: near });
          return far;
        },
      });
    });
  }

  /** A joined pair with the relay in the middle. */
  join(kind: 'relay' | 'direct' = 'relay', between: readonly PeerId[] = []): [ByteChannel, ByteChannel] {
    const [left, toLeft] = createMemoryChannelPair();
    const [toRight, right] = createMemoryChannelPair();
    const tamper = this.tamperBytes;
    toLeft.setHandlers({
      data: (chunk) => {
        if (this.swallows(kind, between)) return;
        for (const piece of tamper(chunk)) toRight.write([piece]);
      },
      drain: () => undefined,
      closed: (error) => (error === undefined ? toRight.close() : toRight.destroy(error)),
    });
    toRight.setHandlers({
      data: (chunk) => {
        if (!this.swallows(kind, between)) toLeft.write([chunk.slice()]);
      },
      drain: () => undefined,
      closed: (error) => (error === undefined ? toLeft.close() : toLeft.destroy(error)),
    });
    this.#ends.push({ kind, channels: [toLeft, toRight], between });
    return [left, right];
  }
}

/** A listener and dialer between devices in one process. */
export class FakeDirect implements DirectPort {
  readonly address: string;
  readonly dialed: string[] = [];
  listens = true;
  #isDead = false;
  onIncoming: ((incoming: IncomingPath) => void) | undefined;
  readonly #network: FakeNetwork;

  constructor(network: FakeNetwork, address: string) {
    this.#network = network;
    this.address = address;
  }

  get port(): number | undefined {
    return this.listens ? 7473 : undefined;
  }

  localAddresses(): readonly string[] {
    return this.listens ? [this.address] : [];
  }

  isDialable(address: string): boolean {
    return isDialable(address) && address !== this.address;
  }

  /** Its device was killed. */
  kill(): void {
    this.#isDead = true;
    this.onIncoming = undefined;
  }

  async dial(address: string, message1: Uint8Array, signal: AbortSignal): Promise<HandshakeReply> {
    if (this.#isDead) throw new DirectError('direct.refused', 'the device was killed');
    this.dialed.push(address);
    return await this.#network.dial(address, this.address, message1, signal);
  }
}

export class FakePort implements RelayPort {
  readonly address = 'relay.example:7474';
  onIncoming: ((incoming: IncomingConnection) => void) | undefined;
  signal: AbortSignal | undefined;
  /** Its device was killed. */
  dead = false;
  /** Whom it was asked for. */
  readonly rung: PeerId[] = [];
  readonly #network: FakeNetwork;
  readonly #peerId: PeerId;

  constructor(network: FakeNetwork, peerId: PeerId) {
    this.#network = network;
    this.#peerId = peerId;
  }

  isOnline(to: PeerId): boolean {
    return !this.dead && this.#network.isOnline(this.#peerId, to);
  }

  async connect(
    to: PeerId,
    message1: Uint8Array,
    signal?: AbortSignal,
  ): Promise<{ message2: Uint8Array; channel: ByteChannel }> {
    if (this.dead) throw new RelayClientError('relay.not-connected', 'the device was killed');
    this.rung.push(to);
    this.#network.dials += 1;
    this.#network.message1s.push(message1);
    this.signal = signal;
    await this.#network.hold;
    if (!this.#network.up) throw new RelayClientError('relay.not-connected', 'the relay is gone');
    return this.#network.deliver(this.#peerId, to, message1);
  }
}

export type Device = Readonly<{
  identity: DeviceIdentity;
  port: FakePort;
  links: LinkManager;
  direct: FakeDirect | undefined;
  /** Where whoever comes over UDP knocks; it dials nobody. */
  udp: FakeUdp;
  pins: Map<PeerId, PinnedPeer>;
  /** What the person has set, and what is remembered of addresses. */
  routes: Map<PeerId, PeerRoute>;
  linked: PeerId[];
  unlinked: { peerId: PeerId; end: SessionEnd }[];
  refused: RejectedHandshake[];
  certificates: number[];
  streams: { stream: IncomingStream; peerId: PeerId }[];
  /** For whom its person was asked. */
  asked: PeerId[];
  /** What it has passed on, both ways. */
  passed: Uint8Array[];
  /** Thrown where the device is told of a link or a certificate. */
  failures: { linked?: Error | undefined; certificate?: Error | undefined };
}>;

/** A device that makes no paths over UDP itself. */
export class FakeUdp implements UdpPort {
  readonly obstacle = 'off';
  readonly knowsPublicAddress = false;
  onIncoming: ((incoming: IncomingPath) => void) | undefined;

  dial(): Promise<never> {
    return Promise.reject(new Error('nobody is dialed'));
  }
}

export type DeviceOptions = Readonly<{
  direct?: boolean;
  random?: () => number;
  /** Passes others on, and is passed on; `relay`: what its person has decided for all. */
  hop?: Readonly<{ relay: 'allow' | 'ask' | 'waits' }>;
}>;

export function device(
  network: FakeNetwork,
  identity = newIdentity(network.clock),
  { direct: hasDirect = false, random = () => 0.5, hop: passes }: DeviceOptions = {},
): Device {
  const direct = hasDirect ? network.direct(identity.peerId) : undefined;
  const port = network.port(identity.peerId);
  const udp = new FakeUdp();
  const made: Omit<Device, 'links'> = {
    identity,
    port,
    direct,
    udp,
    pins: new Map(),
    routes: new Map(),
    linked: [],
    unlinked: [],
    refused: [],
    certificates: [],
    streams: [],
    asked: [],
    passed: [],
    failures: {},
  };
  const hops =
    passes === undefined
      ? undefined
      : new HopTransport({
          clock: network.clock,
          logger: silentLogger,
          ownId: identity.peerId,
          session: (to, signal) => links.sessionForPassThrough(to, signal),
        });
  const gate = (stream: IncomingStream, peerId: PeerId): void => {
    if (hops === undefined || stream.kind !== 'relay') made.streams.push({ stream, peerId });
    else if (isRecord(stream.params) && 'from' in stream.params) hops.receive(stream, peerId);
    else if (passes?.relay === 'allow') void hops.passOn(tapped(stream, made.passed), peerId);
    else if (passes?.relay === 'waits') stream.wait('approval');
    else {
      const unasked = isRecord(stream.params) && stream.params['ask'] === false;
      if (!unasked) made.asked.push(peerId);
      stream.refuse(unasked ? 'rights.unasked' : 'rights.unanswered', 'nobody has decided');
    }
  };
  const { watch } = network;
  const ports =
    watch === undefined
      ? { relay: port, direct, hops }
      : watchPorts(
          identity.peerId,
          { relay: port, direct, hops },
          {
            // What a killed one still does reaches nobody.
            watch: (leaving) => {
              if (!port.dead) watch(leaving);
            },
            ownerOf: (address) => network.ownerOf(address),
            dialers: network.dialers,
            links: () => links,
          },
        );
  const options: LinkManagerOptions = {
    crypto: nativeBackend,
    identity,
    clock: network.clock,
    logger: silentLogger,
    ...ports,
    udp,
    random,
    routes: {
      routeOf: (peerId) => made.routes.get(peerId) ?? { mode: 'auto', hops: [], addresses: [] },
      recordReached: (peerId, address) => {
        const { mode = 'auto', hops = [] } = made.routes.get(peerId) ?? {};
        made.routes.set(peerId, { mode, hops, addresses: [address] });
      },
    },
    peers: { lookup: (peerId) => made.pins.get(peerId) },
    onStream: gate,
    onLinked: (peerId) => {
      if (made.failures.linked !== undefined) throw made.failures.linked;
      made.linked.push(peerId);
    },
    onUnlinked: (peerId, end) => made.unlinked.push({ peerId, end }),
    onCertificate: (certificate) => {
      if (made.failures.certificate !== undefined) throw made.failures.certificate;
      made.certificates.push(certificate.generation);
    },
    onHandshakeRejected: (refused) => made.refused.push(refused),
  };
  const links: LinkManager = new LinkManager(options);
  network.devices.add(links);
  return { ...made, links };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

export function newIdentity(clock: FakeClock, generation = 1, secret = nativeBackend.randomBytes(32)): DeviceIdentity {
  return createIdentity(nativeBackend, secret, { generation, now: Math.floor(clock.now() / 1000) });
}

export function know(one: Device, other: DeviceIdentity): void {
  one.pins.set(other.peerId, {
    peerId: other.peerId,
    signingKey: other.signingKey,
    staticKey: other.staticKey.publicKey,
    generation: other.generation,
  });
}

/** `keys`: puts the private keys of both elsewhere. */
export type PairOptions = Readonly<{ keys?: (identity: DeviceIdentity) => DeviceIdentity }>;

/** Two devices that know each other, the lower peer id first. */
export function paired(
  network = new FakeNetwork(),
  { keys = (identity) => identity, ...options }: DeviceOptions & PairOptions = {},
): { network: FakeNetwork; lower: Device; higher: Device } {
  const [first, second] = [keys(newIdentity(network.clock)), keys(newIdentity(network.clock))];
  const [low, high] = first.peerId < second.peerId ? [first, second] : [second, first];
  const lower = device(network, low, options);
  const higher = device(network, high, options);
  know(lower, high);
  know(higher, low);
  return { network, lower, higher };
}

/** The same stream, with all that comes by it from its opener kept. */
function tapped(stream: IncomingStream, seen: Uint8Array[]): IncomingStream {
  return proxied(stream, {
    accept: (params: unknown) => {
      const accepted = stream.accept(params);
      return proxied(accepted, {
        readInto: async (target: Uint8Array) => {
          const length = await accepted.readInto(target);
          if (length !== null) seen.push(target.slice(0, length));
          return length;
        },
        write: (bytes: Uint8Array) => {
          seen.push(bytes.slice());
          return accepted.write(bytes);
        },
      });
    },
  });
}

function proxied<T extends object>(target: T, own: Readonly<Record<string, unknown>>): T {
  return new Proxy(target, {
    get: (_, key) => {
      if (typeof key === 'string' && key in own) return own[key];
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
