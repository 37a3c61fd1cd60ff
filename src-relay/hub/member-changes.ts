import type { PeerId } from '#shared/identity/index.ts';
import type { RelayMessage } from '#shared/relay-api/index.ts';
import type { Departure, Membership } from '../store/index.ts';
import type { ControlConnection } from './control-connection.ts';
import { shareProject, type OnlineDevices } from './online-devices.ts';
import type { PeerConnections } from './peer-connections.ts';
import type { Presence } from './presence.ts';

/** Most removals that a device hears about with its welcome; with more, it hears about the newest. */
export const MOST_DEPARTURES = 200;

/** Removal of a device from a project, after it was committed. */
export type MemberRemoval = Readonly<{
  project: string;
  member: PeerId;
  /** Projects in which the device still is. */
  memberships: readonly Membership[];
  /** Time of the removal, Unix ms; undefined for a device that was never a full member, of which no one is told. */
  at: number | undefined;
}>;

/**
 * Applies changed memberships, once they are in the database, to the connections of devices. Used by `Dispatcher` for signed records, and through `Hub`
 * by features. Touches memory and connections only.
 */
export class MemberChanges {
  readonly #devices: OnlineDevices;
  readonly #presence: Presence;
  readonly #connections: PeerConnections;
  readonly #changed: (projects: readonly string[], peer: PeerId) => void;

  constructor(
    parts: Readonly<{
      devices: OnlineDevices;
      presence: Presence;
      connections: PeerConnections;
      /** Called when a device has entered or left projects. */
      changed(projects: readonly string[], peer: PeerId): void;
    }>,
  ) {
    this.#devices = parts.devices;
    this.#presence = parts.presence;
    this.#connections = parts.connections;
    this.#changed = (projects, peer) => parts.changed(projects, peer);
  }

  /** Tells a device that is online, and all that it meets now, that it is in these projects. */
  admitted(member: PeerId, memberships: readonly Membership[]): void {
    const control = this.#devices.get(member);
    if (control !== undefined) this.#presence.change(control, member, memberships);
    this.#changed(
      memberships.map(({ project }) => project),
      member,
    );
  }

  /**
   * Ends the connections of a removed device with devices that no longer share a project with it, and its control connection if it has no project
   * left. Tells the members of the project, which end its direct paths.
   */
  removed({ project, member, memberships, at }: MemberRemoval): void {
    const control = this.#devices.get(member);
    if (control !== undefined) this.#presence.change(control, member, memberships);
    this.#connections.endWith(
      member,
      (other) => {
        const companion = this.#devices.get(other);
        return control !== undefined && companion !== undefined && shareProject(control, companion);
      },
      'removed',
    );
    if (at !== undefined) this.#notifyMembers(project, memberships, { peer: member, at });
    if (memberships.length === 0) control?.fail('removed', 'this device was removed from its project');
    this.#changed([project], member);
  }

  /** Tells a device that has connected which members were removed, possibly while it was away. */
  departed(connection: ControlConnection, departures: readonly Departure[]): void {
    for (const departure of departures) connection.send(leftMessage(departure));
  }

  /** Tells the members of a project that no longer share one with the removed device. Clients before version 3 don't know the message. */
  #notifyMembers(project: string, memberships: readonly Membership[], departure: Departure): void {
    const still = new Set(memberships.map((membership) => membership.project));
    const text = JSON.stringify(leftMessage(departure));
    for (const connection of this.#devices.members(project)) {
      const isCompanion = connection.memberships.some((membership) => still.has(membership.project));
      if (connection.version >= 3 && connection.peerId !== departure.peer && !isCompanion) connection.sendText(text);
    }
  }
}

function leftMessage({ peer, at }: Departure): RelayMessage {
  return { type: 'left', peer, at };
}
