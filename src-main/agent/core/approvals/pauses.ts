import { createHash } from 'node:crypto';
import type { Right } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';

export const PAUSE_LIMITS = {
  /** How long a question is not asked again after the first no, ms; twice as long after each further one. */
  first: 60_000,
  longest: 60 * 60_000,
  /** How long a no is remembered after its pause, ms. */
  remembered: 24 * 60 * 60_000,
  /** Questions that are remembered; the one whose pause ends soonest goes first. */
  perPeer: 64,
  total: 1024,
} as const;

/** What a peer asks for. The same topic is the same question, however its detail reads. */
export type Topic = Readonly<{ peerId: PeerId; right: Right; topic: string }>;

type Pause = Readonly<{ peerId: PeerId; right: Right; noes: number; until: number }>;

/** Questions that a person has said "not now" to, and until when they are not put again. Not kept over a restart. */
export class Pauses {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #pauses = new Map<string, Pause>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Questions that are remembered. */
  get size(): number {
    return this.#pauses.size;
  }

  /** Milliseconds until the question may be asked again; 0 where it may. */
  left(asked: Topic): number {
    const pause = this.#pauses.get(keyOf(asked));
    return pause === undefined ? 0 : Math.max(0, pause.until - this.#clock.monotonic());
  }

  /** The person has said "not now". */
  refused(asked: Topic): void {
    const now = this.#clock.monotonic();
    for (const [key, { until }] of this.#pauses) if (now > until + PAUSE_LIMITS.remembered) this.#pauses.delete(key);
    const { peerId, right } = asked;
    const key = keyOf(asked);
    const noes = (this.#pauses.get(key)?.noes ?? 0) + 1;
    const length = Math.min(PAUSE_LIMITS.longest, PAUSE_LIMITS.first * 2 ** (noes - 1));
    this.#pauses.set(key, { peerId, right, noes, until: now + length });
    this.#dropBeyond(PAUSE_LIMITS.perPeer, (pause) => pause.peerId === peerId);
    this.#dropBeyond(PAUSE_LIMITS.total, () => true);
  }

  /** The person has said yes to it. */
  approved(asked: Topic): void {
    this.#pauses.delete(keyOf(asked));
  }

  /** @param right all of them unless it is given */
  forget(peerId: PeerId, right?: Right): void {
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

/** What is added to a refusal, for the person at the other device. @param left ms, 0 for no pause */
export function askAgainText(left: number): string {
  return left > 0 ? `; it may ask for this again in ${Math.ceil(left / 1000)} s` : '';
}

/** Of one length, however long what a peer asks for is. */
function keyOf({ peerId, right, topic }: Topic): string {
  return `${peerId} ${right} ${createHash('sha256').update(topic).digest('base64')}`;
}
