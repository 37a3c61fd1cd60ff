import { MessageService } from '#agent/messages/message-service.ts';
import type { ForeignPort } from '#agent/messages/foreign/foreign-port.ts';
import type { InboxEntry } from '#agent/messages/inbox/inbox.ts';
import type { MessageCaller } from '#agent/messages/inbox/message-server.ts';
import type { OutboxEntry } from '#agent/messages/outbox/outbox-entry.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { fromUtf8 } from '#shared/bytes/index.ts';
import { createIdentity, type DeviceIdentity, type PeerId } from '#shared/identity/index.ts';
import { LinkError, type IncomingStream, type Session } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { isUnconfirmed, LOOP_LIMITS } from '#shared/messages/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { FakeLink } from '#test/support/fake-link.ts';
import { MemoryDisk, MemoryJournal } from '#test/support/messages/memory-journal.ts';

/** Message as a device knows it. */
export type Seen = Readonly<{ id: string; from: string; to: string; body: string }>;

const ALLOWED = async (): Promise<undefined> => undefined;

const identities = new Map<string, DeviceIdentity>();
function identityOf(name: string): DeviceIdentity {
  const known = identities.get(name);
  if (known !== undefined) return known;
  const secret = new Uint8Array(32).fill(name.charCodeAt(0));
  const made = createIdentity(crypto, secret, { generation: 1, now: 1_800_000_000 });
  identities.set(name, made);
  return made;
}

/** A device that exchanges messages: its disks outlive its program, which can be killed at any moment. */
export class MessageDevice {
  readonly name: string;
  readonly identity: DeviceIdentity;
  readonly outboxDisk = new MemoryDisk();
  readonly inboxDisk = new MemoryDisk();
  /** Arrivals that the running program was told of, by ID, over all its lives. */
  readonly arrivals = new Map<string, number>();
  /** Claims of this device that were untrue when it made them. */
  readonly lies: string[] = [];
  service: MessageService | undefined;
  other: MessageDevice | undefined;
  /** Decides on a request to write, as the person here. */
  authorize: MessageCaller['authorize'] = ALLOWED;
  readonly agents = new Set(['coder', 'tester']);
  loopLimits = LOOP_LIMITS;
  /** True if its program is of the version before the line `cancel`. */
  isOlder = false;
  /** Foreign instances; none unless it is set. */
  foreign: ForeignPort | undefined;
  /** Called when a message that it sends has changed. */
  onSent: (entry: OutboxEntry) => void = () => undefined;
  readonly #clock: FakeClock;
  readonly #world: MessageWorld;
  #journals: MemoryJournal[] = [];
  #indexed = { records: this.inboxDisk.records, count: 0, ids: new Set<string>() };

  constructor(world: MessageWorld, name: string, clock: FakeClock) {
    this.#world = world;
    this.name = name;
    this.identity = identityOf(name);
    this.#clock = clock;
  }

  get peerId(): PeerId {
    return this.identity.peerId;
  }

  /** This device as the other one knows it. */
  get caller(): MessageCaller {
    const { name, peerId, other } = this;
    return {
      peerId,
      name,
      isAsked: () => other?.authorize !== ALLOWED,
      authorize: async (...request) => await other?.authorize(...request),
    };
  }

  get isRunning(): boolean {
    return this.service !== undefined;
  }

  async start(): Promise<void> {
    this.#journals = [new MemoryJournal(this.outboxDisk), new MemoryJournal(this.inboxDisk)];
    const [outbox, inbox] = this.#journals;
    if (outbox === undefined || inbox === undefined) throw new Error('no journals');
    const service = new MessageService({
      outbox,
      inbox,
      clock: this.#clock,
      crypto,
      identity: this.identity,
      logger: silentLogger,
      random: () => 0.5,
      network: {
        current: () => this.#world.sessionOf(this),
        mayReach: () => this.#world.sessionOf(this) !== undefined,
        session: async () => {
          const session = this.#world.sessionOf(this);
          if (session === undefined) throw new Error('the link is down');
          return session;
        },
      },
      loopLimits: () => this.loopLimits,
      foreign: this.foreign,
      keyOf: (peerId) => (peerId === this.other?.peerId ? this.other.identity.signingKey : undefined),
      unfit: (agent) => (this.agents.has(agent) ? undefined : { code: 'message.unknown-agent' }),
      onRefused: () => undefined,
      onSent: (entry) => {
        if (this.service !== service) return;
        this.#check(entry);
        this.onSent(entry);
      },
      onReceived: (entry) => {
        if (this.service === service && entry.state === 'stored' && entry.since === entry.arrivedAt)
          this.arrivals.set(entry.id, (this.arrivals.get(entry.id) ?? 0) + 1);
      },
      onRemoved: () => undefined,
      onProblem: () => undefined,
    });
    this.service = service;
    await service.load();
  }

  /** Kills the program. @param kept share of what was being written that is on the disk all the same */
  crash(kept: number): void {
    const service = this.service;
    this.service = undefined;
    for (const journal of this.#journals) journal.crash(kept);
    this.#world.lose();
    // Its timers are gone with it.
    void service?.close();
  }

  sent(): readonly OutboxEntry[] {
    return this.service?.outbox.list() ?? [];
  }

  received(): readonly InboxEntry[] {
    return this.service?.inbox.list() ?? [];
  }

  /** IDs of messages on the disk of the inbox. Reads each record once, until the journal is rewritten. */
  onDisk(): ReadonlySet<string> {
    const { records } = this.inboxDisk;
    if (this.#indexed.records !== records) this.#indexed = { records, count: 0, ids: new Set() };
    const { ids } = this.#indexed;
    for (const record of records.slice(this.#indexed.count)) {
      const parsed = JSON.parse(fromUtf8(record)) as { k: string; message?: { id: string } };
      if (parsed.k === 'put' && parsed.message !== undefined) ids.add(parsed.message.id);
    }
    this.#indexed.count = records.length;
    return ids;
  }

  /** A state that the sender shows has to be true at that moment. */
  #check({ id, state, to }: OutboxEntry): void {
    const recipient = to.device === this.peerId ? this : this.other;
    if (['stored', 'taken', 'read'].includes(state) && recipient?.onDisk().has(id) !== true)
      this.lies.push(`${id} ${state}: not on the disk there`);
    const there = recipient?.service?.inbox.get(id);
    if (state === 'taken' && there?.state === 'stored') this.lies.push(`${id} taken: still stored there`);
    // A record after one that the disk refused is no message: its number is missing.
    if (state === 'cancelled' && there !== undefined) this.lies.push(`${id} cancelled: is there`);
  }
}

/** Two devices and the link between them. */
export class MessageWorld {
  readonly clock = new FakeClock();
  readonly left = new MessageDevice(this, 'left', this.clock);
  readonly right = new MessageDevice(this, 'right', this.clock);
  #links: readonly [FakeLink, FakeLink] | undefined;

  constructor() {
    this.left.other = this.right;
    this.right.other = this.left;
  }

  async start(): Promise<void> {
    await this.left.start();
    await this.right.start();
  }

  /** Both devices have a link again. Does nothing while one of them is down. */
  connect(): void {
    const [left, right] = [this.left.service, this.right.service];
    if (this.#links !== undefined || left === undefined || right === undefined) return;
    this.#links = [
      new FakeLink((stream) => void right.serve(asServed(stream, this.right), this.left.caller)),
      new FakeLink((stream) => void left.serve(asServed(stream, this.left), this.right.caller)),
    ];
    left.linked(this.right.peerId);
    right.linked(this.left.peerId);
  }

  /** The link is lost, with all that is on its way. */
  lose(): void {
    const links = this.#links;
    this.#links = undefined;
    for (const link of links ?? []) link.lose();
  }

  sessionOf(device: MessageDevice): Session | undefined {
    const links = this.#links;
    const session = links?.[device === this.left ? 0 : 1].session;
    if (session === undefined) return undefined;
    return {
      ...session,
      open: (kind, params, options) => {
        if (this.#links !== links) throw new LinkError('link.closed', 'the link is gone');
        const stream = session.open(kind, params, options);
        const write = stream.write.bind(stream);
        stream.write = (bytes) => {
          const { other } = device;
          if (other?.isOlder === true && fromUtf8(bytes).includes('{"type":"cancel"'))
            device.lies.push(`a line that ${other.name} does not know`);
          return write(bytes);
        };
        return stream;
      },
    };
  }

  /** Runs until nothing changes any more: everyone is up and linked for long enough for all pauses. */
  async finish(): Promise<void> {
    for (let round = 0; round < 4; round += 1) {
      for (const device of [this.left, this.right]) if (!device.isRunning) await device.start();
      this.connect();
      await this.clock.advance(61_000);
    }
  }
}

/** Returns a stream as a device serves it: an older one announces nothing. */
function asServed(stream: IncomingStream, { isOlder }: MessageDevice): IncomingStream {
  return isOlder ? { ...stream, accept: () => stream.accept({}) } : stream;
}

/** Reports whether the recipient has not answered for a message. */
export function isOpen({ state }: OutboxEntry): boolean {
  return isUnconfirmed(state);
}
