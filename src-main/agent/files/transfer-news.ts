import type { TransferView } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';

/** Shortest time between two events about transfers, ms: about one that goes on, and about one that has ended, for which a program may wait. */
const PACE = 250;
const PACE_OF_ENDS = 25;
/** Time after which a transfer with a rate is announced again, so that user interfaces show no rate that has ended, ms. */
const RATE_LIFE = 1000;

export type TransferNewsOptions = Readonly<{
  clock: Clock;
  /** Reports whether a user interface is connected. */
  isWatched(): boolean;
  /** Returns a transfer as it is shown; undefined if it is no longer listed. */
  viewOf(id: string): TransferView | undefined;
  send(news: Readonly<{ changed: readonly TransferView[]; removed: readonly string[] }>): void;
}>;

/**
 * Collects changes of transfers for user interfaces, and sends them at most four times a second, ends sooner. A transfer whose rate was sent is sent
 * again until it has none: nothing else tells that no more bytes come.
 */
export class TransferNews {
  readonly #options: TransferNewsOptions;
  readonly #changed = new Set<string>();
  readonly #removed = new Set<string>();
  /** Transfers whose rate was sent last. */
  #moving: readonly string[] = [];
  #timer: Timer | undefined;
  /** Monotonic times of the last event and of the next one, ms. */
  #sentAt = -Infinity;
  #due = 0;
  #rates: Timer | undefined;

  constructor(options: TransferNewsOptions) {
    this.#options = options;
  }

  /** @param isOver whether the transfer has ended */
  changed(id: string, isOver = false): void {
    this.#add(this.#changed, id, isOver ? PACE_OF_ENDS : PACE);
  }

  removed(id: string): void {
    this.#changed.delete(id);
    this.#moving = this.#moving.filter((one) => one !== id);
    this.#add(this.#removed, id, PACE);
  }

  close(): void {
    this.#timer?.cancel();
    this.#rates?.cancel();
  }

  #add(to: Set<string>, id: string, pace: number): void {
    const { clock, isWatched } = this.#options;
    if (!isWatched()) return;
    to.add(id);
    const now = clock.monotonic();
    const due = Math.max(now, this.#sentAt + pace);
    if (this.#timer !== undefined && this.#due <= due) return;
    this.#timer?.cancel();
    this.#due = due;
    this.#timer = clock.setTimer(due - now, () => this.#send());
  }

  #send(): void {
    const { clock, send, viewOf } = this.#options;
    this.#timer = undefined;
    this.#sentAt = clock.monotonic();
    const changed = [...this.#changed].flatMap((id) => viewOf(id) ?? []);
    const removed = [...this.#removed];
    this.#changed.clear();
    this.#removed.clear();
    const moving = changed.filter(({ rate }) => rate !== null).map(({ id }) => id);
    this.#moving = [...new Set([...this.#moving.filter((id) => !changed.some((one) => one.id === id)), ...moving])];
    if (this.#moving.length > 0)
      this.#rates ??= clock.setTimer(RATE_LIFE, () => {
        this.#rates = undefined;
        for (const id of this.#moving) this.changed(id);
      });
    send({ changed, removed });
  }
}
