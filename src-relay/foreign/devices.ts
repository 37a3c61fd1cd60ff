import type { Timer } from '#shared/clock.ts';
import { errorMessage, FormatError } from '#shared/errors.ts';
import {
  encodeForeign,
  instanceKeyId,
  parseFromDevice,
  splitAddress,
  type FromDevice,
  type ToDevice,
} from '#shared/foreign/index.ts';
import { parsePeerId, type PeerId } from '#shared/identity/index.ts';
import { RELAY_LIMITS } from '#shared/relay-api/index.ts';
import type { InstanceConnection, InstanceConnections } from './connections.ts';
import type { ForeignContext } from './context.ts';
import type { Flights } from './flights.ts';
import { openKey } from './instance-keys.ts';
import type { InstanceRow } from './instance-rows.ts';
import { ForeignRefusal, offline, unknownRecipient } from './refusal.ts';

/** Beginning of the address of a device by its name. No name of an instance has a colon. */
const MACHINE = 'machine:';
/** Time until a device that has connected is told of the instances, ms: its welcome comes first. */
const PRESENCE_DELAY = 200;
/** Pause before a device that reads slowly is told again, ms, and most such tries. */
const PRESENCE_PAUSE = 1000;
const PRESENCE_TRIES = 10;

/** News that a device has to be told: of all instances of these projects, and of those that have gone. `tries`: so far. */
type Untold = { readonly projects: Set<string>; readonly gone: Map<string, InstanceConnection>; tries: number };
type Notice = Omit<Extract<ToDevice, { type: 'message' }>, 'type' | 'key'>;

/** Device that is online, as the recipient of one message of an instance. */
export class DeviceRecipient {
  readonly id: PeerId;
  readonly #context: ForeignContext;
  readonly #from: InstanceRow;

  constructor(context: ForeignContext, id: PeerId, from: InstanceRow) {
    this.#context = context;
    this.id = id;
    this.#from = from;
  }

  /** Project in which the instance writes to it. */
  get project(): string {
    return this.#from.project;
  }

  /** Reports whether an agent can be written to: the device itself knows. */
  hasAgent(_agent: string): boolean {
    return true;
  }

  /** Sends a message. @returns false if the device is gone. @throws {ForeignRefusal} `too-large`, `rate` */
  send(message: Notice): boolean {
    const { id, project } = this.#from;
    const body = encodeForeign({ type: 'message', ...message, key: keyIdOf(this.#context, this.#from) });
    if (body.length > RELAY_LIMITS.messageBody)
      throw new ForeignRefusal('too-large', 'The message is too large for a device.');
    const outcome = this.#context.hub.sendFromInstance(id, project, this.id, body);
    if (outcome === 'busy') throw new ForeignRefusal('rate', 'The device reads too slowly now.', PRESENCE_PAUSE);
    return outcome === 'sent';
  }
}

/** Devices of projects, as instances write to them. Reads the database. Created by `startForeign`. */
export class DeviceRecipients {
  readonly #context: ForeignContext;

  constructor(context: ForeignContext) {
    this.#context = context;
  }

  /**
   * Finds a device of the instance's project, by its peer ID or as `machine:NAME` by its name there, if no other device has the same. A bare name is an
   * instance's: neither gets what was meant for the other. Pages take no messages.
   * @throws {ForeignRefusal} `unknown`; `offline` if the device is away
   */
  async find(from: InstanceRow, name: string): Promise<DeviceRecipient> {
    const { store, hub } = this.#context;
    const peer = peerIdOf(name);
    const label = name.startsWith(MACHINE) ? name.slice(MACHINE.length) : '';
    const [found, second] = await store.read(async (database) =>
      database
        .selectFrom('members')
        .leftJoin('device_labels', (join) =>
          join
            .onRef('device_labels.project', '=', 'members.project_id')
            .onRef('device_labels.peer_id', '=', 'members.peer_id'),
        )
        .select('members.peer_id')
        .where('members.project_id', '=', from.project)
        .where('members.removed_at', 'is', null)
        .where((builder) =>
          peer === undefined ? builder('device_labels.label', '=', label) : builder('members.peer_id', '=', peer),
        )
        .limit(2)
        .execute(),
    );
    if (found === undefined || second !== undefined) throw unknownRecipient();
    const id = found.peer_id as PeerId;
    if (!hub.hasDevice(from.project, id)) throw offline();
    return new DeviceRecipient(this.#context, id, from);
  }
}

/**
 * Messages that devices send to instances, and what devices are told of instances: which ones of their projects are there. Created by `startForeign`,
 * which passes it to the hub.
 */
export class DeviceMessages {
  readonly #context: ForeignContext;
  readonly #connections: InstanceConnections;
  readonly #flights: Flights;
  readonly #untold = new Map<PeerId, Untold>();
  #timer: Timer | undefined;

  constructor(context: ForeignContext, connections: InstanceConnections, flights: Flights) {
    this.#context = context;
    this.#connections = connections;
    this.#flights = flights;
  }

  /** Takes a message of a device. Malformed ones, and those in the name of another, are dropped. Never throws. */
  received(
    device: Readonly<{ peerId: PeerId; projects: readonly string[] }>,
    instance: string,
    body: Uint8Array,
  ): void {
    let parsed: FromDevice;
    try {
      parsed = parseFromDevice(body);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#context.counts.refused('input');
      return;
    }
    const isOwn = splitAddress(parsed.from).instance === device.peerId;
    if (!isOwn || splitAddress(parsed.to).instance !== instance) this.#context.counts.refused('sender');
    else if (parsed.type === 'receipt') this.#flights.receiveOfDevice(device.peerId, parsed);
    else void this.#forward(device, instance, parsed);
  }

  /** Tells a device that has connected, or has come into a project, of the instances there. */
  devicesChanged(projects: readonly string[], peerId: PeerId): void {
    if (!this.#connections.list().some(({ project }) => projects.includes(project))) return;
    const untold = this.#untoldOf(peerId);
    for (const project of projects) untold.projects.add(project);
  }

  /** Tells the devices of a project that an instance has come or gone. */
  announce(connection: InstanceConnection, isOnline: boolean): void {
    const { hub } = this.#context;
    for (const peerId of hub.onlineIn(connection.project)) {
      if (this.#tell(peerId, connection, isOnline)) continue;
      if (isOnline) this.devicesChanged([connection.project], peerId);
      else this.#untoldOf(peerId).gone.set(connection.id, connection);
    }
  }

  close(): void {
    this.#timer?.cancel();
    this.#untold.clear();
  }

  async #forward(
    { peerId, projects }: Readonly<{ peerId: PeerId; projects: readonly string[] }>,
    instance: string,
    message: Extract<FromDevice, { type: 'message' }>,
  ): Promise<void> {
    const { hub, logger } = this.#context;
    const { id, from, to } = message;
    let outcome: Pick<Extract<ToDevice, { type: 'receipt' }>, 'status' | 'retry_after'> = { status: 'forwarded' };
    try {
      await this.#flights.send({ kind: 'device', peerId, projects }, message);
    } catch (error) {
      if (!(error instanceof ForeignRefusal)) {
        logger.error('message of a device failed', { message: errorMessage(error) });
        outcome = { status: 'offline' };
      } else outcome = outcomeOf(error);
    }
    const body = encodeForeign({ type: 'receipt', id, from: to, to: from, ...outcome });
    for (const project of projects) if (hub.sendFromInstance(instance, project, peerId, body) !== 'absent') return;
  }

  /** Returns what a device has to be told, to which the caller adds: what was there before stays. */
  #untoldOf(peerId: PeerId): Untold {
    const untold = this.#untold.get(peerId) ?? { projects: new Set(), gone: new Map(), tries: 0 };
    untold.tries = 0;
    this.#untold.set(peerId, untold);
    this.#timer ??= this.#schedule(PRESENCE_DELAY);
    return untold;
  }

  #schedule(delay: number): Timer {
    return this.#context.clock.setTimer(delay, () => {
      this.#timer = undefined;
      for (const [peerId, untold] of this.#untold) {
        untold.tries += 1;
        if (this.#tellAll(peerId, untold) || untold.tries >= PRESENCE_TRIES) this.#untold.delete(peerId);
      }
      if (this.#untold.size > 0) this.#timer = this.#schedule(PRESENCE_PAUSE);
    });
  }

  /** @returns false if the device reads too slowly now */
  #tellAll(peerId: PeerId, { projects, gone }: Untold): boolean {
    const present = this.#connections.list();
    for (const [id, connection] of gone)
      if (present.some(hasReplaced(connection)) || this.#tell(peerId, connection, false)) gone.delete(id);
    const missed = present.filter(
      (connection) => projects.has(connection.project) && !this.#tell(peerId, connection, true),
    );
    return missed.length === 0 && gone.size === 0;
  }

  /** @returns false if the device reads too slowly now */
  #tell(peerId: PeerId, { id, project, facts }: InstanceConnection, online: boolean): boolean {
    const key = keyIdOf(this.#context, facts.row);
    const agents = facts.agents === undefined ? {} : { agents: [...facts.agents] };
    const body = encodeForeign({ type: 'presence', online, key, ...agents });
    return this.#context.hub.sendFromInstance(id, project, peerId, body) !== 'busy';
  }
}

function outcomeOf({
  code,
  retryAfter,
}: ForeignRefusal): Pick<Extract<ToDevice, { type: 'receipt' }>, 'status' | 'retry_after'> {
  if (code === 'rate')
    return { status: 'rate', ...(retryAfter === undefined ? {} : { retry_after: Math.ceil(retryAfter / 1000) }) };
  return { status: code === 'offline' || code === 'unknown' ? code : 'input' };
}

/** Returns the ID of an instance's key, by which devices tell that it has changed. */
function keyIdOf({ crypto, sealer }: ForeignContext, { id, sealed }: InstanceRow): string {
  return instanceKeyId(crypto, openKey(sealer, id, sealed));
}

/** Returns a test for the connection of the same instance that came after this one. */
function hasReplaced({ id, project }: InstanceConnection): (other: InstanceConnection) => boolean {
  return (other) => other.id === id && other.project === project;
}

function peerIdOf(text: string): PeerId | undefined {
  try {
    // In small letters it could be the name of an instance.
    return parsePeerId(text) === text ? (text as PeerId) : undefined;
  } catch {
    return undefined;
  }
}
