import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { requestSystem, type AboutAnswer, type MachineFacts } from '../../about/index.ts';

/** Age from which facts are asked for again while a person looks at the list, ms. */
const FRESH_FOR = 60_000;
/** Least interval between two questions to a peer because it names more facts, ms. */
const CHANGED_INTERVAL = 1000;

/** Facts that a peer has named, and the time of its answer. */
export type ConfirmedFacts = Readonly<{ facts: MachineFacts; at: number }>;

/** Dependencies of `KnownFacts`. */
export type KnownFactsOptions = Readonly<{
  clock: Clock;
  logger: Logger;
  /** Called with each answer of a peer. */
  onAnswer(peerId: PeerId, answer: AboutAnswer): void;
}>;

/** Facts that linked peers have named about their machines. Kept in memory: each is shown with the time of the answer that confirmed it. */
export class KnownFacts {
  readonly #options: KnownFactsOptions;
  readonly #facts = new Map<PeerId, ConfirmedFacts>();
  /** Time of the last question to each peer, monotonic, ms. */
  readonly #asked = new Map<PeerId, number>();
  /** Time of the last question to each peer because it names more facts, monotonic, ms. */
  readonly #changed = new Map<PeerId, number>();

  constructor(options: KnownFactsOptions) {
    this.#options = options;
  }

  /** Returns what the peer has named; undefined for nothing. */
  of(peerId: PeerId): ConfirmedFacts | undefined {
    return this.#facts.get(peerId);
  }

  /**
   * Asks the peer, unless it was asked within the last minute. Never rejects.
   * @param reason `link` asks in any case; so does `told`, which also tells the peer that it may learn more about this machine now
   */
  async ask(peerId: PeerId, session: Pick<Session, 'open'>, reason: 'age' | 'link' | 'told' = 'age'): Promise<void> {
    const { clock, logger, onAnswer } = this.#options;
    const before = this.#asked.get(peerId);
    if (reason === 'age' && before !== undefined && clock.monotonic() - before < FRESH_FOR) return;
    this.#asked.set(peerId, clock.monotonic());
    try {
      const answer = await requestSystem(session, reason === 'told');
      if (answer === undefined) return;
      // A peer that names nothing any more has taken its rights back; the earlier facts age with their time.
      if (answer.facts !== undefined) this.#facts.set(peerId, { facts: answer.facts, at: clock.now() });
      onAnswer(peerId, answer);
    } catch (error) {
      logger.debug('a peer did not name its operating system', { peer: peerId, errorCode: errorCode(error) });
    }
  }

  /** Asks a peer that names more facts now, at most once a second. Tells it nothing that would make it ask in turn. */
  async askChanged(peerId: PeerId, session: Pick<Session, 'open'>): Promise<void> {
    const now = this.#options.clock.monotonic();
    if (now - (this.#changed.get(peerId) ?? -Infinity) < CHANGED_INTERVAL) return;
    this.#changed.set(peerId, now);
    await this.ask(peerId, session, 'link');
  }

  /** Removes what is known of a peer that was removed. */
  forget(peerId: PeerId): void {
    this.#changed.delete(peerId);
    this.#facts.delete(peerId);
    this.#asked.delete(peerId);
  }
}
