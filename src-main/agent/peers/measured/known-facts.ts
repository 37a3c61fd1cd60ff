import type { BrowserView, PeerSystem } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import {
  requestSystem,
  type AboutAnswer,
  type MachineFacts,
  type NamedEnds,
  type NamedRights,
} from '../../about/index.ts';

/** Age from which facts are asked for again while a person looks at the list, ms. */
const FRESH_FOR = 60_000;
/** Least interval between two questions to a peer because it says that its answer has changed, ms. */
const CHANGED_INTERVAL = 1000;

/** Facts that a peer has named, and the time of its answer. */
export type ConfirmedFacts = Readonly<{ facts: MachineFacts; at: number }>;

/** Rights of this device on a peer's machine, and the time of the peer's answer. */
export type ConfirmedRights = Readonly<{
  rights: NamedRights;
  /** Ends of those rights, where they have one. */
  ends: NamedEnds | undefined;
  /** Lifetime of this device there, if it is a browser. */
  browser: BrowserView | undefined;
  /** True once a person there has confirmed the words of the newest pairing; undefined if that isn't known. */
  compared: boolean | undefined;
  at: number;
}>;

/** Dependencies of `KnownFacts`. */
export type KnownFactsOptions = Readonly<{
  clock: Clock;
  logger: Logger;
  /** Operating system of this device; undefined: `other`. */
  system?: PeerSystem | undefined;
  /** Called with each answer of a peer. */
  onAnswer(peerId: PeerId, answer: AboutAnswer): void;
}>;

/**
 * Facts that linked peers have named about their machines, and what this device may do there. Kept in memory: each is shown with the time of the answer
 * that confirmed it.
 */
export class KnownFacts {
  readonly #options: KnownFactsOptions;
  readonly #facts = new Map<PeerId, ConfirmedFacts>();
  /** Time of the last question to each peer, monotonic, ms. */
  readonly #asked = new Map<PeerId, number>();
  readonly #rights = new Map<PeerId, ConfirmedRights>();
  /** Time of the last question to each peer because its answer has changed, monotonic, ms. */
  readonly #changed = new Map<PeerId, number>();
  /** Questions that wait for the end of that interval. */
  readonly #waiting = new Map<PeerId, Timer>();

  constructor(options: KnownFactsOptions) {
    this.#options = options;
  }

  /** Returns what the peer has named; undefined for nothing. */
  of(peerId: PeerId): ConfirmedFacts | undefined {
    return this.#facts.get(peerId);
  }

  /** Returns what this device may do on the peer's machine; undefined if the peer hasn't named it. */
  rightsAt(peerId: PeerId): ConfirmedRights | undefined {
    return this.#rights.get(peerId);
  }

  /**
   * Asks the peer, unless it was asked within the last minute. Never rejects.
   * @param reason `link` asks in any case; so does `told`, which also tells the peer that its rights here have changed
   */
  async ask(peerId: PeerId, session: Pick<Session, 'open'>, reason: 'age' | 'link' | 'told' = 'age'): Promise<void> {
    const { clock, logger, system, onAnswer } = this.#options;
    const before = this.#asked.get(peerId);
    if (reason === 'age' && before !== undefined && clock.monotonic() - before < FRESH_FOR) return;
    this.#asked.set(peerId, clock.monotonic());
    try {
      const answer = await requestSystem(session, system, reason === 'told');
      if (answer === undefined) return;
      // A peer that names nothing any more has taken its rights back; the earlier facts age with their time.
      if (answer.facts !== undefined) this.#facts.set(peerId, { facts: answer.facts, at: clock.now() });
      if (answer.rights === undefined) this.#rights.delete(peerId);
      else {
        const { rights, ends, browser, compared } = answer;
        this.#rights.set(peerId, { rights, ends, browser, compared, at: clock.now() });
      }
      onAnswer(peerId, answer);
    } catch (error) {
      logger.debug('a peer did not name its operating system', { peer: peerId, errorCode: errorCode(error) });
    }
  }

  /**
   * Asks a peer whose answer has changed, at most once a second: now, or at the end of the interval, so that the last of several changes counts. Tells
   * it nothing that would make it ask in turn.
   */
  async askChanged(peerId: PeerId, session: Pick<Session, 'open'>): Promise<void> {
    const { clock } = this.#options;
    if (this.#waiting.has(peerId)) return;
    const now = clock.monotonic();
    const wait = CHANGED_INTERVAL - (now - (this.#changed.get(peerId) ?? -Infinity));
    if (wait > 0) {
      const timer = clock.setTimer(wait, () => {
        this.#waiting.delete(peerId);
        void this.askChanged(peerId, session);
      });
      this.#waiting.set(peerId, timer);
      return;
    }
    this.#changed.set(peerId, now);
    await this.ask(peerId, session, 'link');
  }

  /** Drops whether a person there has confirmed the pairing words: the peer was paired again, with others. */
  pairedAgain(peerId: PeerId): void {
    const known = this.#rights.get(peerId);
    if (known !== undefined) this.#rights.set(peerId, { ...known, compared: undefined });
  }

  /** Removes what is known of a peer that was removed. */
  forget(peerId: PeerId): void {
    this.#waiting.get(peerId)?.cancel();
    this.#waiting.delete(peerId);
    this.#changed.delete(peerId);
    this.#facts.delete(peerId);
    this.#rights.delete(peerId);
    this.#asked.delete(peerId);
  }

  close(): void {
    for (const timer of this.#waiting.values()) timer.cancel();
    this.#waiting.clear();
  }
}
