import type { AddingView, BrowserOffer } from '#shared/app-api/index.ts';
import { equalBytes } from '#shared/bytes/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { parsePeerId, safetyNumber, shortPeerId, type PeerId } from '#shared/identity/index.ts';
import {
  BY_HAND_ROUNDS,
  createAddLink,
  deriveByHand,
  isAddLink,
  invite,
  join,
  PairingError,
  parseAddLink,
  type Candidate,
  type Mailbox,
  type PairingContext,
  type PairingOutcome,
} from '#shared/pairing/index.ts';
import { lifeOf } from './browser-life.ts';
import { JoinerRegistration } from './joiner-registration.ts';
import { pairingContext } from './pairing-context.ts';
import type { InviterRelay, JoinerRelay, PairingServiceOptions } from './pairing-service.ts';

/** Dependencies of `AddingService`: those of `PairingService`, and a callback. */
export type AddingOptions = PairingServiceOptions &
  Readonly<{
    /** Called when an adding has changed. */
    onChange(view: AddingView): void;
    /** Passes a request to be added to the other devices of this device's account. @throws errors of `RelayConnection.requestAdding` */
    request(name: string): Promise<void>;
  }>;

/** Error with a code `adding.*`. */
class AddingError extends ClawReachError {
  override readonly name = 'AddingError';
}

/** Time after which an adding expires, ms. */
const LIFE = 10 * 60_000;
/** Time for which `list` returns an adding after its end, ms. A window that was closed can then still show the outcome. */
const KEPT = 10 * 60_000;
const MOST_KEPT = 16;

/** Most characters of this device's name in a request. */
const MOST_NAME = 64;
/** Codes for refusals of a request by the relay. */
const REFUSED: Readonly<Record<string, string>> = {
  'relay.refused.unknown': 'adding.no-account',
  'relay.refused.version': 'adding.no-account',
  'relay.refused.offline': 'adding.none-online',
  'relay.refused.rate': 'adding.asked-often',
  'relay.refused.step-up': 'adding.step-up',
};

/** Errors of a relay for a mailbox that doesn't exist or is taken. */
const NO_MAILBOX: ReadonlySet<string> = new Set(['relay.mailbox']);

type Adding = {
  view: AddingView;
  readonly abort: AbortController;
  /** Receives the person's answer; undefined if no question is open. */
  answer: ((same: boolean) => void) | undefined;
  /** Lifetime that the person has chosen for a browser. */
  life: BrowserOffer | undefined;
};

/**
 * Pairs two devices by peer ID: one device waits, a person types its ID at the other, both people compare the words on both screens and confirm that
 * they are the same (PROTOCOL section 2.3). One such pairing is called an adding. Mailbox and secret are derived from the peer ID, which is public;
 * therefore no peer is pinned and no device enrolled before both people have confirmed. A person who types the other's ID at the waiting device too
 * has thereby confirmed it there. Talks to the relay through the mailbox, and pins through `options`; the waiting device also enrols the other at the
 * relay. One per agent: the pairing module creates it and answers the app API's `adding.*` calls with it. Writes audit entries; running and recent
 * addings are in memory only.
 */
export class AddingService {
  readonly #options: AddingOptions;
  readonly #addings = new Map<number, Adding>();
  #next = 1;
  /** True while a mailbox is being opened or claimed. */
  #busy = false;

  constructor(options: AddingOptions) {
    this.#options = options;
  }

  /** Returns running addings and recent outcomes. */
  list(): readonly AddingView[] {
    return [...this.#addings.values()].map(({ view }) => view);
  }

  /**
   * Starts an adding that waits for another device. Returns as soon as the device waits.
   * @param only peer ID of the only device that may answer, as a person has typed it. No confirmation is needed here then; undefined: any device may
   * answer, and the person here confirms
   * @throws {AddingError} `adding.peer-id`, `adding.self`, `adding.too-many`, `adding.no-relay`; errors of the relay
   */
  async wait(only: string | undefined): Promise<AddingView> {
    const { crypto } = this.#options;
    const expected = only === undefined ? undefined : this.#read(only);
    this.#requireRelay();
    return await this.#startOnly(async () => {
      const relay = this.#options.inviterRelay();
      const deposit = crypto.randomBytes(16);
      const { mailbox, psk } = await this.#open(relay, deposit);
      const adding = this.#begin('waiting', { relayUrl: relay.url, relayKey: relay.relayKey });
      void this.#settle(adding, async () => {
        const pinJoiner: AddingOptions['pinJoiner'] = (joined, grants) =>
          this.#options.pinJoiner(joined, grants, adding.life);
        const inviting = new JoinerRegistration({ ...this.#options, pinJoiner }, () => relay, [], 'member');
        const outcome = await invite({
          ...this.#context(relay.relayKey, mailbox, adding),
          method: { kind: 'id', psk, ownSid: deposit, agree: (candidate) => this.#agree(adding, candidate, expected) },
          grants: [],
          ...inviting.options,
        }).catch((error: unknown) => {
          inviting.fail();
          throw error;
        });
        await inviting.finish();
        return outcome;
      });
      return adding.view;
    });
  }

  /**
   * Starts an adding with the device that has this peer ID. That device has to be waiting.
   * @param typed peer ID, as a person has typed it, or a link that names it and its relay
   * @throws {AddingError} `adding.peer-id`, `adding.self`, `adding.not-waiting`, `adding.too-many`, `adding.no-relay`; errors of the relay
   */
  async ask(typed: string, signal: AbortSignal): Promise<AddingView> {
    const link = isAddLink(typed) ? parseAddLink(typed) : undefined;
    const inviter = link === undefined ? this.#read(typed) : this.#read(link.peer);
    this.#requireRelay();
    // Both devices have to be at one relay; a link moves none to another.
    if (link !== undefined && !equalBytes(link.relayKey, this.#options.inviterRelay().relayKey))
      throw new AddingError('adding.other-relay', 'the device waits at another relay');
    return await this.#startOnly(async () => {
      const { relay, mailbox, deposit, psk } = await this.#claim(inviter, signal);
      const adding = this.#begin('asking');
      void this.#settle(adding, async () => {
        try {
          return await join({
            ...this.#context(relay.relayKey, mailbox, adding),
            method: {
              kind: 'id',
              psk,
              inviter,
              inviterSid: deposit,
              agree: (candidate) => this.#agree(adding, candidate, undefined),
            },
            grants: [],
            store: (outcome) => this.#options.pinInviter(outcome, [], { relay }, adding.life),
          });
        } finally {
          relay.close();
        }
      });
      return adding.view;
    });
  }

  /**
   * Passes on the person's answer to the comparison.
   * @param id ID of the adding
   * @param same true if the words on both screens are the same
   * @param life what a browser gets here, and for how long; undefined: terminals for the default lifetime
   * @throws {AddingError} `adding.unknown`
   */
  answer(id: number, same: boolean, life?: BrowserOffer): AddingView {
    const adding = this.#known(id);
    if (adding.answer === undefined) throw unknown();
    adding.life = life;
    adding.answer(same);
    adding.answer = undefined;
    if (same) this.#show(adding, { state: 'agreed' });
    return adding.view;
  }

  /**
   * Asks the other devices of this device's account to add it.
   * @param id ID of the adding in which this device waits
   * @throws {AddingError} `adding.unknown`, `adding.no-account`, `adding.none-online`, `adding.asked-often`, `adding.step-up`; errors of the relay
   */
  async request(id: number): Promise<void> {
    const { view } = this.#known(id);
    if (view.side !== 'waiting' || view.state !== 'waiting') throw unknown();
    try {
      await this.#options.request(this.#options.deviceName().slice(0, MOST_NAME));
    } catch (error) {
      const code = REFUSED[errorCode(error)];
      if (code === undefined) throw error;
      throw new AddingError(code, 'no device was asked', { cause: error });
    }
  }

  /** Cancels an adding. Does nothing if the ID is unknown. */
  cancel(id: number): void {
    this.#addings.get(id)?.abort.abort();
  }

  /** Cancels all addings. */
  close(): void {
    for (const { abort } of this.#addings.values()) abort.abort();
  }

  async #open(relay: InviterRelay, deposit: Uint8Array): Promise<Readonly<{ mailbox: Mailbox; psk: Uint8Array }>> {
    const { crypto, identity } = this.#options;
    for (let round = 0; round < BY_HAND_ROUNDS; round += 1) {
      const { mailbox: name, psk } = deriveByHand(crypto, identity.peerId, round);
      try {
        return { mailbox: (await relay.openMailbox({ mailbox: name, deposit })).mailbox, psk };
      } catch (error) {
        // Mailboxes stay reserved for ten minutes after use; try the next name.
        if (!NO_MAILBOX.has(errorCode(error))) throw error;
      }
    }
    throw new AddingError('adding.taken', 'the relay has no free mailbox');
  }

  /**
   * Claims the waiting device's mailbox, in the order of rounds that `#open` uses. A relay allows one claim per connection, so each round makes a new
   * one.
   */
  async #claim(
    inviter: PeerId,
    signal: AbortSignal,
  ): Promise<Readonly<{ relay: JoinerRelay; mailbox: Mailbox; deposit: Uint8Array; psk: Uint8Array }>> {
    const { crypto, joinerRelay } = this.#options;
    for (let round = 0; round < BY_HAND_ROUNDS; round += 1) {
      const { mailbox: name, psk } = deriveByHand(crypto, inviter, round);
      const relay = await joinerRelay(undefined, signal);
      try {
        return { relay, ...(await relay.claimMailbox({ mailbox: name })), psk };
      } catch (error) {
        relay.close();
        if (!NO_MAILBOX.has(errorCode(error))) throw error;
      }
    }
    throw new AddingError('adding.not-waiting', 'no device waits under this ID');
  }

  /** @param relay relay at which this device waits */
  #begin(side: AddingView['side'], relay?: Readonly<{ relayUrl: string; relayKey: Uint8Array }>): Adding {
    const { audit, clock } = this.#options;
    audit.record('pairing.started', { side: side === 'waiting' ? 'inviter' : 'joiner', form: 'id' });
    const view: AddingView = {
      adding: this.#next,
      side,
      ...(relay === undefined ? {} : { link: createAddLink({ ...relay, peer: this.#options.identity.peerId }) }),
      state: 'waiting',
      expiresAt: clock.now() + LIFE,
      other: null,
      problem: null,
    };
    this.#next += 1;
    const adding: Adding = { view, abort: new AbortController(), answer: undefined, life: undefined };
    this.#addings.set(view.adding, adding);
    const [oldest] = this.#addings.keys();
    if (this.#addings.size > MOST_KEPT && oldest !== undefined) this.#addings.delete(oldest);
    return adding;
  }

  async #settle(adding: Adding, run: () => Promise<PairingOutcome>): Promise<void> {
    const { audit, clock } = this.#options;
    try {
      const outcome = await run();
      const { other } = adding.view;
      this.#show(adding, { state: 'added', other: other === null ? null : { ...other, name: outcome.name } });
    } catch (error) {
      const side = adding.view.side === 'waiting' ? 'inviter' : 'joiner';
      audit.record('pairing.failed', { side, code: errorCode(error) });
      this.#show(adding, { state: 'failed', problem: errorCode(error) });
    } finally {
      adding.answer = undefined;
      clock.setTimer(KEPT, () => this.#addings.delete(adding.view.adding));
    }
  }

  /** Shows the other device to the person and waits for the answer. @param expected device that is accepted without a question */
  async #agree(adding: Adding, { peer, name, words, browser }: Candidate, expected: PeerId | undefined): Promise<void> {
    const { crypto, identity } = this.#options;
    const life = lifeOf(browser);
    const other = {
      peerId: peer.peerId,
      shortId: shortPeerId(peer.peerId),
      name,
      safetyNumber: safetyNumber(crypto, identity.signingKey, peer.signingKey),
      words: [...words],
      ...(life === undefined ? {} : { browser: life }),
    };
    if (expected !== undefined) {
      if (peer.peerId !== expected) throw new PairingError('adding.other-device', 'another device than the one named');
      this.#show(adding, { state: 'agreed', other });
      return;
    }
    const { promise: answered, resolve } = Promise.withResolvers<boolean>();
    adding.answer = resolve;
    this.#show(adding, { state: 'comparing', other });
    if (!(await answered)) throw new PairingError('pairing.refused', 'the person here declined');
  }

  #show(adding: Adding, change: Partial<AddingView>): void {
    adding.view = { ...adding.view, ...change };
    this.#options.onChange(adding.view);
  }

  /** Starts an adding if none is running. Only one may run, since a person with two on the screen could compare the wrong words. */
  async #startOnly(begin: () => Promise<AddingView>): Promise<AddingView> {
    const running = [...this.#addings.values()].some(({ view }) => view.state !== 'added' && view.state !== 'failed');
    if (running || this.#busy) throw new AddingError('adding.too-many', 'another device is being added');
    this.#busy = true;
    try {
      return await begin();
    } finally {
      this.#busy = false;
    }
  }

  #requireRelay(): void {
    if (!this.#options.hasRelay()) throw new AddingError('adding.no-relay', 'adding by ID needs a relay');
  }

  #read(typed: string): PeerId {
    let peerId: PeerId;
    try {
      peerId = parsePeerId(typed);
    } catch (error) {
      throw new AddingError('adding.peer-id', 'this is not a peer ID', { cause: error });
    }
    if (peerId === this.#options.identity.peerId) throw new AddingError('adding.self', 'this is the ID of this device');
    return peerId;
  }

  #known(id: number): Adding {
    const adding = this.#addings.get(id);
    if (adding === undefined) throw unknown();
    return adding;
  }

  #context(relayKey: Uint8Array, mailbox: Mailbox, { abort }: Adding): PairingContext {
    return pairingContext(this.#options, { relayKey, mailbox, signal: abort.signal, onProgress: () => undefined });
  }
}

function unknown(): AddingError {
  return new AddingError('adding.unknown', 'there is none, or it does not wait for an answer');
}
