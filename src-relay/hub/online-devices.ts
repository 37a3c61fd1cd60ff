import type { PeerId } from '#shared/identity/index.ts';
import type { Membership } from '../store/index.ts';
import type { ControlConnection } from './control-connection.ts';

/**
 * Index of the control connections of all devices that are online, by peer and by project, which the parts of the hub share. Devices see only others
 * of their projects. Touches memory only.
 */
export class OnlineDevices {
  readonly #byPeer = new Map<PeerId, ControlConnection>();
  readonly #byProject = new Map<string, Set<ControlConnection>>();
  readonly #changed: (projects: readonly string[], peer: PeerId) => void;

  /** @param changed called when a device has gone online or offline in projects */
  constructor(changed: (projects: readonly string[], peer: PeerId) => void = () => undefined) {
    this.#changed = changed;
  }

  /** Number of devices online. */
  get size(): number {
    return this.#byPeer.size;
  }

  get(peer: PeerId): ControlConnection | undefined {
    return this.#byPeer.get(peer);
  }

  [Symbol.iterator](): IterableIterator<ControlConnection> {
    return this.#byPeer.values();
  }

  /**
   * Adds a connection, which replaces an older one of the same device.
   * @returns the replaced connection
   */
  add(peer: PeerId, connection: ControlConnection, memberships: readonly Membership[]): ControlConnection | undefined {
    const previous = this.#byPeer.get(peer);
    if (previous !== undefined) this.#leaveProjects(previous);
    this.#byPeer.set(peer, connection);
    this.#joinProjects(connection, memberships);
    this.#changed(projectsOf(connection), peer);
    return previous;
  }

  /** Removes a connection. Returns false if a newer connection of the device has replaced it. */
  remove(peer: PeerId, connection: ControlConnection): boolean {
    if (this.#byPeer.get(peer) !== connection) return false;
    this.#byPeer.delete(peer);
    this.#leaveProjects(connection);
    this.#changed(projectsOf(connection), peer);
    return true;
  }

  /** Replaces the memberships of a connected device. */
  change(connection: ControlConnection, memberships: readonly Membership[]): void {
    this.#leaveProjects(connection);
    this.#joinProjects(connection, memberships);
  }

  /** Iterates over the connections of a project's devices. */
  members(project: string): Iterable<ControlConnection> {
    return this.#byProject.get(project) ?? [];
  }

  /** Returns the connections of all other devices that share a project with this one. */
  companions(connection: ControlConnection): Set<ControlConnection> {
    const companions = new Set<ControlConnection>();
    for (const { project } of connection.memberships) {
      for (const other of this.#byProject.get(project) ?? []) companions.add(other);
    }
    companions.delete(connection);
    return companions;
  }

  #joinProjects(connection: ControlConnection, memberships: readonly Membership[]): void {
    connection.memberships = memberships;
    for (const { project } of memberships) {
      const members = this.#byProject.get(project);
      if (members === undefined) this.#byProject.set(project, new Set([connection]));
      else members.add(connection);
    }
  }

  #leaveProjects(connection: ControlConnection): void {
    for (const { project } of connection.memberships) {
      const members = this.#byProject.get(project);
      members?.delete(connection);
      if (members?.size === 0) this.#byProject.delete(project);
    }
  }
}

function projectsOf({ memberships }: ControlConnection): string[] {
  return memberships.map(({ project }) => project);
}

/** Reports whether two devices share a project, so that they may connect. */
export function shareProject(left: ControlConnection, right: ControlConnection): boolean {
  return commonProject(left, right) !== undefined;
}

/** Returns the first project of a device in which another one is, too; undefined if they share none. */
export function commonProject(left: ControlConnection, right: ControlConnection): string | undefined {
  return left.memberships.find(({ project }) => right.memberships.some((other) => other.project === project))?.project;
}
