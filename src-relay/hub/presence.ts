import type { PeerId } from '#shared/identity/index.ts';
import type { RelayMessage } from '#shared/relay-api/index.ts';
import type { Membership } from '../store/index.ts';
import type { ControlConnection } from './control-connection.ts';
import type { OnlineDevices } from './online-devices.ts';

/** Limit of peers in a `welcome`. With 64 projects the message stays below its largest size; other peers follow one by one. */
const MOST_IN_WELCOME = 150;

/**
 * Tells devices which other devices of their projects are online, by messages on their control connections. Created by `Hub`; keeps no state of its
 * own.
 */
export class Presence {
  readonly #devices: OnlineDevices;

  constructor(devices: OnlineDevices) {
    this.#devices = devices;
  }

  /** Tells each connection of the audience that a peer is online or offline. */
  notify(audience: Iterable<ControlConnection>, peer: PeerId, online: boolean): void {
    const message: RelayMessage = { type: 'presence', peer, online };
    const text = JSON.stringify(message);
    for (const connection of audience) connection.sendText(text);
  }

  /** Returns the peers that fit into a `welcome`. */
  firstPeers(online: readonly PeerId[]): PeerId[] {
    return online.slice(0, MOST_IN_WELCOME);
  }

  /** Tells a newly connected device the peers that did not fit into its `welcome`. */
  notifyRest(connection: ControlConnection, online: readonly PeerId[]): void {
    for (const peer of online.slice(MOST_IN_WELCOME)) connection.send({ type: 'presence', peer, online: true });
  }

  /** Changes a device's projects, and notifies both sides of each pair that the change connects or separates. */
  change(connection: ControlConnection, peer: PeerId, memberships: readonly Membership[]): void {
    const before = this.#devices.companions(connection);
    this.#devices.change(connection, memberships);
    const after = this.#devices.companions(connection);
    connection.send({ type: 'projects', projects: connection.projects });
    for (const [companions, others, online] of [
      [after, before, true],
      [before, after, false],
    ] as const) {
      const changed = [...companions].filter((companion) => !others.has(companion));
      this.notify(changed, peer, online);
      for (const { peerId } of changed) {
        if (peerId !== undefined) connection.send({ type: 'presence', peer: peerId, online });
      }
    }
  }
}
