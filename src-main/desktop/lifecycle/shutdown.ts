import type { Clock } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';

export type ShutdownStep = Readonly<{ name: string; run: () => Promise<void> | void }>;

/** Deadline for the whole shutdown, ms; a system that shuts down allows little more. */
export const SHUTDOWN_DEADLINE = 8000;

/**
 * Shutdown of the application: ends its parts one after the other. A part that fails doesn't stop the next one, and one that hangs doesn't stop the
 * process. Used for every end: quitting, a signal, an error, or an update. The caller then ends the process.
 */
export class Shutdown {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #steps: ShutdownStep[] = [];
  #running: Promise<'orderly' | 'late'> | undefined;

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Adds a part, which ends after those added before. */
  add(name: string, run: () => Promise<void> | void): void {
    this.#steps.push({ name, run });
  }

  /** Ends all parts; returns `late` if the deadline passed. Idempotent; never rejects. */
  run(): Promise<'orderly' | 'late'> {
    this.#running ??= this.#race();
    return this.#running;
  }

  #race(): Promise<'orderly' | 'late'> {
    return new Promise((resolve) => {
      let step = '';
      const timer = this.#clock.setTimer(SHUTDOWN_DEADLINE, () => {
        this.#logger.error('the application did not end in time', { step });
        resolve('late');
      });
      void this.#runSteps((name) => {
        step = name;
      }).then(() => {
        timer.cancel();
        resolve('orderly');
      });
    });
  }

  async #runSteps(reached: (name: string) => void): Promise<void> {
    for (const { name, run } of this.#steps) {
      reached(name);
      try {
        await run();
      } catch (error) {
        this.#logger.error('a part of the application did not end well', { step: name, reason: errorMessage(error) });
      }
    }
  }
}
