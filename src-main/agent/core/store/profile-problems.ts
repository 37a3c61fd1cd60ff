import { MOST_PROFILE_PROBLEMS, type ProfileProblem } from '#shared/app-api/index.ts';
import { errorCode, ClawReachError } from '#shared/errors.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { StoredProblem } from '#shared/storage.ts';

/** Tries to write to the profile. @throws {ClawReachError} the reason why that fails */
export type TryWriting = () => Promise<void>;

/** Interval between checks of the disk, ms. */
const CHECK_INTERVAL = 60_000;
/** Interval while the disk has a problem, ms. A person may be waiting for it to be solved. */
const CHECK_AGAIN = 10_000;

/**
 * Problems with the files of a profile, shown in the status of its agent: damaged documents, a full or read-only disk. Checks the disk on a timer
 * with a trial write. The agent's owner creates it before the agent opens those files. Keeps the list in memory.
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

  /** Sets the problem of a document; undefined: the document has none any more. Called by the document's file. */
  readonly setDocumentProblem = (file: string, problem: StoredProblem | undefined): void => {
    if (problem === undefined) {
      if (!this.#documents.delete(file)) return;
    } else this.#documents.set(file, { code: problem.code, details: { file, ...problem.details } });
    this.#changed?.();
  };

  /** Returns the current problems, that of the disk first. */
  list(): readonly ProfileProblem[] {
    return [...(this.#disk === undefined ? [] : [this.#disk]), ...this.#documents.values()].slice(
      0,
      MOST_PROFILE_PROBLEMS,
    );
  }

  /** Sets the function that is called when the list changes. Only one is possible. */
  watch(changed: () => void): void {
    this.#changed = changed;
  }

  /** Checks the disk now and then once a minute, or every 10 s while there is a problem. */
  async start(): Promise<void> {
    const before = this.#disk;
    try {
      await this.#tryWriting();
      this.#disk = undefined;
    } catch (error) {
      const details = error instanceof ClawReachError ? detailsOf(error) : {};
      this.#disk = { code: errorCode(error), details };
    }
    if (this.#closed) return;
    if (before?.code !== this.#disk?.code) this.#changed?.();
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(
      this.#disk === undefined ? CHECK_INTERVAL : CHECK_AGAIN,
      () => void this.start(),
    );
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }
}

function detailsOf({ details }: ClawReachError): ProfileProblem['details'] {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, typeof value === 'boolean' ? String(value) : value]),
  );
}
