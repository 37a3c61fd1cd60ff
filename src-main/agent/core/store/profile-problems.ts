import { MOST_PROFILE_PROBLEMS, type ProfileProblem } from '#shared/app-api/index.ts';
import { errorCode, ClawReachError } from '#shared/errors.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { StoredProblem } from '#shared/storage.ts';

/** Tries whether the profile can be written. @throws {ClawReachError} why not */
export type TryWriting = () => Promise<void>;

/** Between two looks at the disk, ms; as long as it is not well, people wait for it. */
const LOOK = 60_000;
const LOOK_AGAIN = 10_000;

/**
 * Problems with the files of a profile whose agent runs all the same: damaged documents, a disk that is full or read-only. Starts before the agent,
 * which opens those files.
 */
export class ProfileProblems {
  readonly #clock: Clock;
  readonly #tryWriting: TryWriting;
  readonly #documents = new Map<string, ProfileProblem>();
  #disk: ProfileProblem | undefined;
  #changed: (() => void) | undefined;
  #timer: Timer | undefined;
  #closed = false;

  constructor(clock: Clock, tryWriting: TryWriting) {
    this.#clock = clock;
    this.#tryWriting = tryWriting;
  }

  /** A document tells what is wrong with it; `undefined`: nothing any more. */
  readonly hear = (file: string, problem: StoredProblem | undefined): void => {
    if (problem === undefined) {
      if (!this.#documents.delete(file)) return;
    } else this.#documents.set(file, { code: problem.code, details: { file, ...problem.details } });
    this.#changed?.();
  };

  list(): readonly ProfileProblem[] {
    return [...(this.#disk === undefined ? [] : [this.#disk]), ...this.#documents.values()].slice(
      0,
      MOST_PROFILE_PROBLEMS,
    );
  }

  /** Tells when the list is another one. Set once. */
  watch(changed: () => void): void {
    this.#changed = changed;
  }

  /** Looks at the disk now, and from then on again and again. */
  async start(): Promise<void> {
    const before = this.#disk;
    try {
      await this.#tryWriting();
      this.#disk = undefined;
    } catch (error) {
      const details = error instanceof ClawReachError ? toldOf(error) : {};
      this.#disk = { code: errorCode(error), details };
    }
    if (this.#closed) return;
    if (before?.code !== this.#disk?.code) this.#changed?.();
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(this.#disk === undefined ? LOOK : LOOK_AGAIN, () => void this.start());
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }
}

function toldOf({ details }: ClawReachError): ProfileProblem['details'] {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, typeof value === 'boolean' ? String(value) : value]),
  );
}
