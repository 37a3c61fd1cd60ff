import type { BrowserView, PeerSystem } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LinkError, type Session } from '#shared/link/index.ts';
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

/** Pause before a peer is asked again that has said that its answer has changed, and then didn't give it, ms; and times that it is asked. */
const AGAIN_AFTER = 2000;
const TIMES = 5;

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
   * @returns false if the peer was asked and hasn't heard it
   */
  async ask(peerId: PeerId, session: Pick<Session, 'open'>, reason: 'age' | 'link' | 'told' = 'age'): Promise<boolean> {
    const { clock, logger, system, onAnswer } = this.#options;
    const before = this.#asked.get(peerId);
    if (reason === 'age' && before !== undefined && clock.monotonic() - before < FRESH_FOR) return true;
    this.#asked.set(peerId, clock.monotonic());
    try {
      const answer = await requestSystem(session, system, reason === 'told');
      if (answer === undefined) return true;
      // A peer that names nothing any more has taken its rights back; the earlier facts age with their time.
      if (answer.facts !== undefined) this.#facts.set(peerId, { facts: answer.facts, at: clock.now() });
      if (answer.rights === undefined) this.#rights.delete(peerId);
      else {
        const { rights, ends, browser, compared } = answer;
        this.#rights.set(peerId, { rights, ends, browser, compared, at: clock.now() });
      }
      onAnswer(peerId, answer);
      return true;
    } catch (error) {
      logger.debug('a peer did not name its operating system', { peer: peerId, errorCode: errorCode(error) });
      return error instanceof LinkError && error.code === 'link.refused';
    }
  }

  /**
   * Asks a peer whose answer has changed, at most once a second: now, or at the end of the interval, so that the last of several changes counts. Tells
   * it nothing that would make it ask in turn. One that doesn't answer is asked again for a while: it doesn't say so again.
   */
  async askChanged(peerId: PeerId, session: Pick<Session, 'open'>, times = 1): Promise<void> {
    const { clock } = this.#options;
    if (this.#waiting.has(peerId)) return;
    const now = clock.monotonic();
    const wait = CHANGED_INTERVAL - (now - (this.#changed.get(peerId) ?? -Infinity));
    if (wait > 0) {
      this.#askLater(peerId, session, { wait, times });
      return;
    }
    this.#changed.set(peerId, now);
    const isHeard = await this.ask(peerId, session, 'link');
    if (isHeard || times >= TIMES || this.#waiting.has(peerId) || !this.#changed.has(peerId)) return;
    this.#askLater(peerId, session, { wait: AGAIN_AFTER, times: times + 1 });
  }

  #askLater(
    peerId: PeerId,
    session: Pick<Session, 'open'>,
    { wait, times }: Readonly<{ wait: number; times: number }>,
  ): void {
    const timer = this.#options.clock.setTimer(wait, () => {
      this.#waiting.delete(peerId);
      void this.askChanged(peerId, session, times);
    });
    this.#waiting.set(peerId, timer);
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
    this.#changed.clear();
  }
}
