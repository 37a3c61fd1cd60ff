import type { PeerId } from '#shared/identity/index.ts';
import type { RelayMessage } from '#shared/relay-api/index.ts';
import type { Membership } from '../store/index.ts';
import type { ControlConnection } from './control-connection.ts';
import type { OnlineDevices } from './devices.ts';

/** Peers in `welcome`: with 64 projects it stays below the largest control message; other peers follow one by one. */
const MOST_IN_WELCOME = 150;

/** Tells devices which others of their projects are online. */
export class Presence {
  readonly #devices: OnlineDevices;

  constructor(devices: OnlineDevices) {
    this.#devices = devices;
  }

  tell(audience: Iterable<ControlConnection>, peer: PeerId, online: boolean): void {
    const message: RelayMessage = { type: 'presence', peer, online };
    const text = JSON.stringify(message);
    for (const connection of audience) connection.sendText(text);
  }

  firstOf(online: readonly PeerId[]): PeerId[] {
    return online.slice(0, MOST_IN_WELCOME);
  }

  tellRest(connection: ControlConnection, online: readonly PeerId[]): void {
    for (const peer of online.slice(MOST_IN_WELCOME)) connection.send({ type: 'presence', peer, online: true });
  }

  /** Notifies both sides of each pair that a change of a device's projects connects or separates. */
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
      this.tell(changed, peer, online);
      for (const { peerId } of changed) {
        if (peerId !== undefined) connection.send({ type: 'presence', peer: peerId, online });
      }
    }
  }
}
