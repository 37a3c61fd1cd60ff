import type { CallOutput } from '#shared/app-api/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { PeerRecord } from '../peers/index.ts';
import { askToWake } from './messages.ts';
import type { SendMagicPackets } from './server.ts';

/** Most peers that are asked without having been named. */
const MOST_ASKED = 16;
/** Time that a peer has to answer without asking its person, ms. */
const PATIENCE = 10_000;

type Wake = CallOutput<'wake.send'>;

/** `onWaiting`: called with a peer whose person is asked. */
type WakeCall = Readonly<{
  signal: AbortSignal;
  onWaiting(asked: Readonly<{ peer: PeerId; name: string }>): void;
}>;

/** Dependencies of `Waker`. */
export type WakerOptions = Readonly<{
  logger: Logger;
  peers: Readonly<{
    list(): readonly PeerRecord[];
    isSuspended(peerId: PeerId): boolean;
  }>;
  network: Readonly<{
    isReachable(peerId: PeerId): boolean;
    session(peerId: PeerId, signal: AbortSignal): Promise<Pick<Session, 'open'>>;
  }>;
  /** Sends packets into the networks of this machine; undefined: it can send none, as in a page. */
  send: SendMagicPackets | undefined;
}>;

/**
 * Wakes a peer's machine: sends packets into the networks of this machine, and has peers do the same in theirs. Nothing confirms that the machine has
 * received one; it is awake when it links.
 */
export class Waker {
  readonly #options: WakerOptions;

  constructor(options: WakerOptions) {
    this.#options = options;
  }

  /**
   * Wakes the machine.
   * @param via peers that a person has named, whose persons may be asked; empty: all that can be reached and ask no one, and this machine
   * @returns who has sent packets, and which of the named peers have not, with an error code each
   * @throws {ClawReachError} `wake.no-card` if the machine has named no network card; `wake.no-sender` if no packet was sent
   */
  async wake(target: PeerRecord, via: readonly PeerRecord[], options: WakeCall): Promise<Wake> {
    const { cards = [], peerId, name } = target;
    if (cards.length === 0)
      throw new ClawReachError('wake.no-card', 'the machine has named no network card', { details: { name } });
    const asked = via.length > 0 ? via : this.#helpers(peerId);
    const own = via.length > 0 ? 0 : ((await this.#options.send?.(cards)) ?? 0);
    const results = await Promise.all(
      asked.map(async (helper) => await this.#ask(helper, { machine: peerId, cards, ask: via.length > 0 }, options)),
    );
    options.signal.throwIfAborted();
    const sent = [
      ...(own === 0 ? [] : [{ by: null, name: null, networks: own }]),
      ...results.flatMap(({ code, ...one }) => (code === undefined ? [one] : [])),
    ];
    // Of the others it isn't known whether they are in the machine's network.
    const failed = results.flatMap(({ by, name: of, code }) =>
      code === undefined || via.length === 0 ? [] : [{ by, name: of, code }],
    );
    const [only] = failed;
    if (sent.length === 0 && failed.length === 1 && only !== undefined)
      throw new ClawReachError(only.code, 'the machine that was named sends no packets', {
        details: { name: only.name },
      });
    if (sent.length === 0)
      throw new ClawReachError('wake.no-sender', 'no machine could send the packets', { details: { name } });
    return { peerId, name, sent, failed };
  }

  /** Peers that can be reached now. Browsers have no network cards. */
  #helpers(target: PeerId): readonly PeerRecord[] {
    const { peers, network } = this.#options;
    return peers
      .list()
      .filter(
        ({ peerId, browser }) =>
          peerId !== target && browser === undefined && !peers.isSuspended(peerId) && network.isReachable(peerId),
      )
      .slice(0, MOST_ASKED);
  }

  async #ask(
    { peerId, name }: PeerRecord,
    request: Readonly<{ machine: PeerId; cards: readonly string[]; ask: boolean }>,
    { signal, onWaiting }: WakeCall,
  ): Promise<Readonly<{ by: PeerId; name: string; networks: number; code?: string }>> {
    const limit = request.ask ? signal : AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
    try {
      const session = await this.#options.network.session(peerId, limit);
      const networks = await askToWake(session, request, {
        signal: limit,
        onWaiting: () => onWaiting({ peer: peerId, name }),
      });
      return { by: peerId, name, networks };
    } catch (error) {
      const code = errorCode(error);
      this.#options.logger.debug('a peer has sent no packets', { peer: peerId, errorCode: code });
      return { by: peerId, name, networks: 0, code };
    }
  }
}
