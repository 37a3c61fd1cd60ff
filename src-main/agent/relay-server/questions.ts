import type { RelayServerAnswer } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { RelayServerError } from './errors.ts';

/** Longest wait for a person's answer, ms. */
const PATIENCE = 15 * 60_000;

/** Asks the person of one task, and waits for answers that arrive by another call. Secrets pass through and are not stored. */
export class Questions {
  readonly #clock: Clock;
  readonly #createId: () => string;
  readonly #open = new Map<string, (answer: RelayServerAnswer) => void>();

  constructor(clock: Clock, createId: () => string) {
    this.#clock = clock;
    this.#createId = createId;
  }

  /** Takes an answer; one to a question that isn't open has no effect. */
  answer(id: string, answer: RelayServerAnswer): void {
    this.#open.get(id)?.(answer);
  }

  /** Asks for yes or no. @throws {RelayServerError} `relay-server.unanswered`, `relay-server.cancelled` */
  async decide(show: (id: string) => void, signal: AbortSignal): Promise<boolean> {
    const answer = await this.#ask(show, signal);
    return answer.kind === 'decision' && answer.yes;
  }

  /**
   * Asks for a secret; undefined if the person gives none.
   * @param former secret that the answer `same` stands for
   * @throws as `decide`
   */
  async secret(show: (id: string) => void, signal: AbortSignal, former?: string): Promise<string | undefined> {
    const answer = await this.#ask(show, signal);
    if (answer.kind === 'same') return former;
    return answer.kind === 'secret' && answer.secret !== '' ? answer.secret : undefined;
  }

  #ask(show: (id: string) => void, signal: AbortSignal): Promise<RelayServerAnswer> {
    const id = this.#createId();
    return new Promise<RelayServerAnswer>((resolve, reject) => {
      const settle = (): void => {
        timer.cancel();
        this.#open.delete(id);
        signal.removeEventListener('abort', abort);
      };
      const abort = (): void => {
        settle();
        reject(new RelayServerError('relay-server.cancelled', 'cancelled'));
      };
      const timer = this.#clock.setTimer(PATIENCE, () => {
        settle();
        reject(new RelayServerError('relay-server.unanswered', 'no one has answered'));
      });
      this.#open.set(id, (answer) => {
        settle();
        resolve(answer);
      });
      signal.addEventListener('abort', abort);
      if (signal.aborted) abort();
      else show(id);
    });
  }
}
