import type { ForwardRule, RightDecision } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { StoredAnswer, StoredRule } from './document.ts';
import type { RuleBook } from './rule-book.ts';
import { peerOf } from './runner-maker.ts';

/** Longest time for which a machine lets further connections through after one answer of a person, ms (`SESSION_GRANT_LIFETIME`). */
const HELD = 60 * 60_000;

/** Options of `TargetAnswers`. */
export type TargetAnswersOptions = Readonly<{
  book: Pick<RuleBook, 'list' | 'rememberAnswers'>;
  clock: Pick<Clock, 'monotonic'>;
}>;

/**
 * Memory of whether the machines of rules with one target ask someone before they let a connection through. Each answer holds while the permission
 * there isn't known to have changed. Saves them with the rules. Each method returns the rules whose answer has changed. Used by `ForwardManager`.
 */
export class TargetAnswers {
  readonly #options: TargetAnswersOptions;
  /** Newest decision on this device's forwards that each machine has named. */
  readonly #there = new Map<string, RightDecision>();
  /** Time of the last connection to each machine that someone there was asked about, monotonic, ms. */
  readonly #asked = new Map<string, number>();

  constructor(options: TargetAnswersOptions) {
    this.#options = options;
  }

  /**
   * Records that a machine has let a connection of a rule through.
   * @param wasAsked someone there was asked first
   * @throws {StoreError} `store.write`
   */
  answered({ id, rule, answer }: StoredRule, wasAsked: boolean): readonly StoredRule[] {
    const peer = peerOf(rule);
    if (peer === null) return [];
    const asked = this.#asked.get(peer);
    const now = this.#options.clock.monotonic();
    if (wasAsked) this.#asked.set(peer, now);
    if (!hasTargetThere(rule)) return [];
    // A person's answer may have been for a while only, and have let this connection through as well.
    const mayBeHeld = asked !== undefined && now - asked < HELD;
    const asks = wasAsked ? 'perhaps' : mayBeHeld ? (answer?.asks ?? 'perhaps') : 'no';
    const there = this.#there.get(peer) ?? answer?.there ?? null;
    return this.#options.book.rememberAnswers(new Map([[id, { asks, there }]]));
  }

  /** Records the decision on this device's forwards that a machine has named. @throws {StoreError} `store.write` */
  named(peer: string, there: RightDecision): readonly StoredRule[] {
    this.#there.set(peer, there);
    return this.#review(peer, ({ asks, there: before }) => ({
      asks: before === null || before === there ? asks : 'perhaps',
      there,
    }));
  }

  /** Records that a machine may have other permissions for this device now: one of both has removed the other. @throws {StoreError} `store.write` */
  forget(peer: string): readonly StoredRule[] {
    this.#there.delete(peer);
    return this.#review(peer, () => ({ asks: 'perhaps', there: null }));
  }

  #review(peer: string, next: (answer: StoredAnswer) => StoredAnswer): readonly StoredRule[] {
    const { book } = this.#options;
    const answers = book
      .list()
      .flatMap(({ id, rule, answer }) =>
        answer === undefined || peerOf(rule) !== peer ? [] : [[id, next(answer)] as const],
      );
    return book.rememberAnswers(new Map(answers));
  }
}

/** Reports whether the rule has one target, which its machine connects to. */
function hasTargetThere(rule: ForwardRule): boolean {
  return rule.kind === 'udp' || rule.kind === 'wg-proxy' || (rule.kind === 'tcp-bridge' && rule.direction === 'local');
}
