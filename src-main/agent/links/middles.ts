import type { Clock } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LinkError, type Session } from '#shared/link/index.ts';
import { HopError } from '../via/index.ts';
import { codeOf } from './errors.ts';
import type { LinkTable } from './link-table.ts';
import { HopReconnector } from './middle-keeper.ts';
import type { PeerRoute } from './types.ts';

/** A peer that may pass us on. */
export type HopCandidate = Readonly<{ peerId: PeerId; session: Session; address: string }>;

export type HopsOptions = Readonly<{
  clock: Clock;
  random: () => number;
  table: LinkTable;
  route(peerId: PeerId): PeerRoute;
  /** A new session over the relay or directly. */
  dial(peerId: PeerId, signal: AbortSignal): Promise<Session>;
}>;

/**
 * Peers in between. Each is reached over the relay or directly, never through another one in between: two devices could ask each other in
 * turns, and a way has three devices.
 */
export class Hops {
  readonly #options: HopsOptions;
  readonly #keeper: HopReconnector;

  constructor(options: HopsOptions) {
    const { clock, random, table } = options;
    this.#options = options;
    this.#keeper = new HopReconnector({
      clock,
      random,
      wanted: () => new Set(table.links.flatMap((link) => (link.choice.wantsMiddle ? link.middles : []))),
      isLinked: (peerId) => table.get(peerId)?.isIdle === false,
      dial: (peerId, signal) => this.#session(peerId, signal),
    });
  }

  /** Those that are linked and might reach this peer. */
  of(peerId: PeerId): readonly HopCandidate[] {
    const { table } = this.#options;
    return table.peerIds.flatMap((between) => {
      const link = table.get(between);
      if (between === peerId || link?.isUp !== true) return [];
      const { via, address } = link.view();
      return via === null ? [{ peerId: between, session: link.session, address }] : [];
    });
  }

  /** The one that a person has named, linked if need be. @throws {HopError} `via.chain` @throws as `LinkManager.reach` */
  async named(peerId: PeerId, signal: AbortSignal): Promise<HopCandidate> {
    const { table, route } = this.#options;
    if (route(peerId).via.length > 0) throw chain();
    await this.#session(peerId, signal);
    const link = table.get(peerId);
    if (link === undefined) throw new LinkError('link.no-way', 'the peer in between is gone');
    const { via, address } = link.view();
    if (via !== null) throw chain();
    return { peerId, session: link.session, address };
  }

  /** Links, or what sessions need, may have changed. */
  look(): void {
    this.#keeper.look();
  }

  /** A peer may be there again, or all of them. */
  hurry(peerId?: PeerId): void {
    this.#keeper.hurry(peerId);
  }

  close(): void {
    this.#keeper.close();
  }

  async #session(peerId: PeerId, signal: AbortSignal): Promise<Session> {
    const { table, dial } = this.#options;
    const link = table.get(peerId, true);
    // One that has lost its path with nothing on it is not looked after: it is about to end.
    if (link === undefined || link.isIdle) return await dial(peerId, signal);
    try {
      await link.ready(signal);
      return link.session;
    } catch (error) {
      // The other side has lost it meanwhile: a new one is as good.
      if (codeOf(error) !== 'link.session-lost') throw error;
      return await dial(peerId, signal);
    }
  }
}

function chain(): HopError {
  return new HopError('via.chain', 'the peer in between is to be reached through another one itself');
}
