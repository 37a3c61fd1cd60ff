import type { RelayStatus } from '#shared/app-api/index.ts';
import { equalBytes } from '#shared/bytes/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { parseRelayUrl } from '#shared/relay-dialer/index.ts';
import type { AwayRelay, InviterRelay, JoinerRelay, JoinTarget } from '../pairing/index.ts';
import { pausedError } from '../pause/index.ts';
import { inviterRelay, joinerRelay, type InviterParts, type JoinerParts, type LiveRelay } from './pairing-relays.ts';
import { sameRelay } from './relay-settings.ts';

/** Longest interval between two looks at a relay that is away, ms. */
const RELOOK_INTERVAL = 60_000;

/** Relay connection, as `RelayPairing` uses it. */
export type RelayPairingOptions = InviterParts &
  Omit<JoinerParts, 'live'> &
  Readonly<{
    /** Returns the client in use; undefined without a relay, or while the device is paused. */
    live(): LiveRelay | undefined;
    /** Returns the same while it is online. @throws {ClawReachError} the relay's problem */
    online(): LiveRelay;
    status(): RelayStatus;
    /** Waits for a change of the connection, at most `timeout` ms or until the signal aborts. */
    changed(timeout: number, signal: AbortSignal): Promise<void>;
    /** Connects to the relay of the settings. */
    restart(): void;
    isPaused(): boolean;
  }>;

/** Relay of this device for pairings: as inviter, as joiner, and after one that brings a relay along. Created by `RelayConnection`. */
export class RelayPairing {
  readonly #options: RelayPairingOptions;

  constructor(options: RelayPairingOptions) {
    this.#options = options;
  }

  /**
   * Returns the relay connection for this device's invitations.
   * @throws {ClawReachError} the relay's problem if this device is not online
   */
  inviter(): InviterRelay {
    return this.#inviterAt(this.#options.online());
  }

  /** Relay while it can't be reached and is tried again, or refuses this device; undefined if it works, or if there is none. */
  get away(): AwayRelay | undefined {
    const live = this.#options.live();
    const { state, problem } = this.#options.status();
    if (live === undefined || this.#options.isPaused()) return undefined;
    // The device stays what it is there until a person acts: it signs no enrolment, and opens no mailbox later.
    if (state === 'failed' && problem !== null)
      return { url: live.url, relayKey: undefined, known: undefined, problem };
    if (state !== 'waiting' && state !== 'connecting') return undefined;
    const { url, client } = live;
    return { url, relayKey: client.relayKey, known: this.#knownInviter(live) };
  }

  /** Waits until the relay can be reached. @throws {ClawReachError} `relay.aborted`; errors of `inviter` */
  async back(signal: AbortSignal): Promise<InviterRelay> {
    while (!signal.aborted) {
      if (this.#options.status().state === 'online') return this.inviter();
      await this.#options.changed(RELOOK_INTERVAL, signal);
    }
    throw new ClawReachError('relay.aborted', 'no longer waited for');
  }

  /** Returns the relay of a lost connection for invitations; undefined if this device may not enrol others there, or doesn't know. */
  #knownInviter(live: LiveRelay): InviterRelay | undefined {
    try {
      return this.#inviterAt(live);
    } catch {
      return undefined;
    }
  }

  #inviterAt(live: LiveRelay): InviterRelay {
    return inviterRelay(live, this.#options);
  }

  /**
   * Connects to the relay of another device's invitation.
   * @throws {ClawReachError} errors of `joinerRelay`
   */
  async joiner(target: JoinTarget | undefined, signal: AbortSignal): Promise<JoinerRelay> {
    if (this.#options.isPaused()) throw pausedError();
    return await joinerRelay({ ...this.#options, live: this.#options.live() }, target, signal);
  }

  /** Stores the joined relay and the enrolment after a pairing as the joiner, and connects to that relay unless already connected. */
  adopt(relay: JoinTarget, enrolment: Uint8Array | undefined): void {
    this.#options.settings.adopt(relay, enrolment);
    // The inviter enrols this device on a live connection. Any other connection, such as that of a browser in no project, starts again and brings the
    // enrolment.
    const live = this.#options.live();
    const isMember = live?.client.status.state === 'online' && live.client.projects.length > 0;
    if (!isMember || !sameRelay(live.url, relay.url)) this.#options.restart();
  }

  /**
   * Stores the relay that an inviter has named over a direct connection, with the enrolment. A device that has another relay keeps its own.
   * @returns URL of the relay that both devices now use; undefined if the offer was not taken
   */
  adoptOffer(offer: JoinTarget, enrolment: Uint8Array | undefined): string | undefined {
    const { insecure } = this.#options.settings;
    const own = this.#options.settings.storedUrl;
    // A relay that refuses this device has only named its key; it has to prove it when it takes the enrolment.
    const relayKey = this.#options.settings.relayKey ?? this.#options.live()?.client.keyRefused;
    const isSame = relayKey !== undefined && equalBytes(relayKey, offer.relayKey);
    if (own !== null && !isSame) return undefined;
    const url = isSame ? (own ?? offer.url) : offer.url;
    try {
      parseRelayUrl(url, { insecure });
    } catch {
      // A person must allow a relay without TLS.
      return undefined;
    }
    this.adopt({ ...offer, url, ...(isSame ? { tlsPin: this.#options.settings.tlsPin } : {}) }, enrolment);
    return url;
  }
}
