import { looksTheSame, type PeerView } from '#shared/app-api/index.ts';

type Measured = Pick<PeerView, 'peerId' | 'rtt'>;

/** Round trips as user interfaces have them, so that a new one reaches all of them and not only the one that has asked. In memory only. */
export class SentRoundTrips {
  #sent: ReadonlyMap<string, number | null> = new Map();

  /** Records what was sent. */
  record(peers: readonly Measured[]): void {
    this.#sent = new Map(peers.map(({ peerId, rtt }) => [peerId, rtt]));
  }

  /** Reports whether a round trip looks different from the one that was sent. */
  isOld(peers: readonly Measured[]): boolean {
    return peers.some(({ peerId, rtt }) => !looksTheSame(rtt, this.#sent.get(peerId) ?? null));
  }
}
