import type { Clock } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';

export type ShutdownStep = Readonly<{ name: string; run: () => Promise<void> | void }>;

/** For everything together, ms; a system that shuts down gives little more. */
export const SHUTDOWN_DEADLINE = 8000;

/** Ends the parts of the application one after the other. A part that fails does not keep the next from it, nor does one that hangs keep the process. */
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

  /** Runs after what was added before. */
  add(name: string, run: () => Promise<void> | void): void {
    this.#steps.push({ name, run });
  }

  /** Idempotent; never rejects. `late` when the deadline came first. */
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
