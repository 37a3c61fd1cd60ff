import type { PeerId } from '#shared/identity/index.ts';
import type { HubLimits } from '../limits/index.ts';
import type { ControlConnection } from './control-connection.ts';

/** Share with the device that opened it, and the guests that are connected. */
type Share = Readonly<{ id: string; host: ControlConnection; hostId: PeerId; guests: Set<ControlConnection> }>;

/**
 * Shares of the devices that are online, and their guests (PROTOCOL section 7.2). A share is known by an ID derived from the secret of its link, so only
 * people who have the link find it. It lasts as long as its device keeps it open on this connection. Touches memory only.
 */
export class Shares {
  readonly #limits: Pick<HubLimits, 'shares' | 'sharesPerDevice' | 'guests' | 'guestsPerShare'>;
  readonly #shares = new Map<string, Share>();
  readonly #guests = new Map<PeerId, ControlConnection>();

  constructor(limits: Pick<HubLimits, 'shares' | 'sharesPerDevice' | 'guests' | 'guestsPerShare'>) {
    this.#limits = limits;
  }

  /** Number of open shares. */
  get size(): number {
    return this.#shares.size;
  }

  /** Guests that are connected. */
  get guests(): readonly ControlConnection[] {
    return [...this.#guests.values()];
  }

  /** Opens a share of a device. @returns `taken` if another device has this ID, `limit` or `full` if there are too many */
  open(host: ControlConnection, hostId: PeerId, id: string): 'open' | 'taken' | 'limit' | 'full' {
    const known = this.#shares.get(id);
    if (known?.host === host) return 'open';
    if (known !== undefined && known.hostId !== hostId) return 'taken';
    // The device has connected again before its old connection was closed.
    if (known !== undefined) this.#end(known);
    if (this.#of(host).length >= this.#limits.sharesPerDevice) return 'limit';
    if (this.#shares.size >= this.#limits.shares) return 'full';
    this.#shares.set(id, { id, host, hostId, guests: new Set() });
    return 'open';
  }

  /** Closes a share of this device, and the control connections of its guests. */
  close(host: ControlConnection, id: string): void {
    const share = this.#shares.get(id);
    if (share?.host === host) this.#end(share);
  }

  /** Returns the device that a guest of this share may call; undefined if the share isn't open. */
  hostOf(id: string | undefined): Readonly<{ control: ControlConnection; peerId: PeerId }> | undefined {
    const share = id === undefined ? undefined : this.#shares.get(id);
    return share === undefined ? undefined : { control: share.host, peerId: share.hostId };
  }

  /** Returns the connection of a guest with this key. */
  guest(peerId: PeerId): ControlConnection | undefined {
    return this.#guests.get(peerId);
  }

  /** Adds a guest; a newer connection with the same key replaces the older. @returns false if there are too many */
  join(guest: ControlConnection, peerId: PeerId, id: string): boolean {
    const share = this.#shares.get(id);
    const previous = this.#guests.get(peerId);
    if (share === undefined) return false;
    // A key that comes again takes its own place, which it has in its share only.
    if (previous?.share !== id && share.guests.size >= this.#limits.guestsPerShare) return false;
    if (previous === undefined && this.#guests.size >= this.#limits.guests) return false;
    previous?.fail('replaced', 'this page has connected again');
    guest.share = id;
    share.guests.add(guest);
    this.#guests.set(peerId, guest);
    return true;
  }

  /** Forgets a closed connection: the shares of a device, or a guest. */
  leave(connection: ControlConnection): void {
    for (const share of this.#of(connection)) this.#end(share);
    if (connection.share === undefined || connection.peerId === undefined) return;
    this.#shares.get(connection.share)?.guests.delete(connection);
    if (this.#guests.get(connection.peerId) === connection) this.#guests.delete(connection.peerId);
  }

  #of(host: ControlConnection): Share[] {
    return [...this.#shares.values()].filter((share) => share.host === host);
  }

  #end(share: Share): void {
    this.#shares.delete(share.id);
    for (const guest of share.guests) guest.fail('share', 'what was shared here has ended, or its device is away');
  }
}
