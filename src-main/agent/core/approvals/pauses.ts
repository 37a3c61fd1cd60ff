import type { Requested } from '#shared/app-api/index.ts';
import { toHex, toUtf8 } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import type { PeerId } from '#shared/identity/index.ts';

/** Limits of `Pauses`. */
export const PAUSE_LIMITS = {
  /** Pause after the first "Decline", ms. Each further one doubles the pause. */
  first: 60_000,
  /** Longest pause, ms. */
  longest: 60 * 60_000,
  /** Time after its pause for which a "Decline" is remembered, ms. */
  remembered: 24 * 60 * 60_000,
  /** Most questions remembered of one peer. The one whose pause ends soonest is dropped first. */
  perPeer: 64,
  /** Most questions remembered of all peers. */
  total: 1024,
} as const;

/** Subject of a peer's request. Requests with the same topic count as the same question, even if their details differ. */
export type Topic = Readonly<{ peerId: PeerId; right: Requested; topic: string }>;

/** `id`: last request that a person declined, which started the pause. */
type Pause = Readonly<{ peerId: PeerId; right: Requested; noes: number; until: number; id: number | undefined }>;

/**
 * Questions that a person declined with "Decline", each with the time until which it is not shown again. In memory only; a restart forgets them. Used
 * by `ApprovalStore`.
 */
export class Pauses {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #pauses = new Map<string, Pause>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Number of questions remembered. */
  get size(): number {
    return this.#pauses.size;
  }

  /** Returns the time until the question may be shown again, ms; 0 if the agent may show it now. */
  left(asked: Topic): number {
    const pause = this.#pauses.get(keyOf(asked));
    return pause === undefined ? 0 : Math.max(0, pause.until - this.#clock.monotonic());
  }

  /** Returns the requests whose questions are paused, by ID, each with the time until the question may be shown again, ms. */
  leftById(): ReadonlyMap<number, number> {
    const now = this.#clock.monotonic();
    return new Map(
      [...this.#pauses.values()].flatMap(({ id, until }) =>
        id !== undefined && until > now ? [[id, until - now]] : [],
      ),
    );
  }

  /**
   * Starts or extends the pause of a question. Called after "Decline".
   * @param id request that was declined
   */
  refused(asked: Topic, id?: number): void {
    const now = this.#clock.monotonic();
    for (const [key, { until }] of this.#pauses) if (now > until + PAUSE_LIMITS.remembered) this.#pauses.delete(key);
    const { peerId, right } = asked;
    const key = keyOf(asked);
    const noes = (this.#pauses.get(key)?.noes ?? 0) + 1;
    const length = Math.min(PAUSE_LIMITS.longest, PAUSE_LIMITS.first * 2 ** (noes - 1));
    this.#pauses.set(key, { peerId, right, noes, until: now + length, id });
    this.#dropBeyond(PAUSE_LIMITS.perPeer, (pause) => pause.peerId === peerId);
    this.#dropBeyond(PAUSE_LIMITS.total, () => true);
  }

  /** Ends the pause of a question. Called after an approval. */
  approved(asked: Topic): void {
    this.#pauses.delete(keyOf(asked));
  }

  /** Ends the pause that started with this request. */
  end(id: number): void {
    for (const [key, pause] of this.#pauses) if (pause.id === id) this.#pauses.delete(key);
  }

  /**
   * Ends the pauses of a peer's questions.
   * @param right undefined: for all rights
   */
  forget(peerId: PeerId, right?: Requested): void {
    for (const [key, pause] of this.#pauses)
      if (pause.peerId === peerId && (right === undefined || pause.right === right)) this.#pauses.delete(key);
  }

  #dropBeyond(most: number, which: (pause: Pause) => boolean): void {
    const some = [...this.#pauses].filter(([, pause]) => which(pause));
    if (some.length <= most) return;
    const [soonest] = some.reduce((a, b) => (b[1].until < a[1].until ? b : a));
    this.#pauses.delete(soonest);
  }
}

/**
 * Returns the end of a refusal's text, which tells the person at the peer how long to wait; empty without a pause. Programs read the pause from the
 * refusal's `retryAfter`. Pure.
 * @param left pause, ms
 */
export function askAgainText(left: number): string {
  return left > 0 ? `; it may ask for this again in ${Math.ceil(left / 1000)} s` : '';
}

/** Returns a map key of constant length for a topic. */
function keyOf({ peerId, right, topic }: Topic): string {
  return `${peerId} ${right} ${toHex(nobleBackend.sha256(toUtf8(topic)))}`;
}
