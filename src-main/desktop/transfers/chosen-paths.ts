import type { Clock } from '#shared/clock.ts';
import { ClawReachError } from '#shared/errors.ts';
import { MOST_ROOTS } from '#shared/files/index.ts';

/** Longest time between a choice and its use, ms. */
export const CHOICE_LIFE = 600_000;
/** Most choices that are kept. The oldest is forgotten first. */
export const MOST_CHOICES = 16;
/** Most characters of a path. */
const PATH = 4096;

/** Error about the paths of a choice; codes `shell.*`. */
class ChoiceError extends ClawReachError {
  override readonly name = 'ChoiceError';
}

/** Paths on this machine, or a picture that has none, as PNG. A token stands for one of these. */
export type Choice = Readonly<{ paths: readonly string[] }> | Readonly<{ picture: Uint8Array }>;

/**
 * Paths that a person has chosen in a dialog of the system, or dropped on the window, and the picture that was pasted last. The window's page gets a token
 * for them, never the paths, and can name no others. In memory only.
 */
export class ChosenPaths {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #createToken: () => string;
  readonly #choices = new Map<string, Choice & Readonly<{ at: number }>>();

  constructor(clock: Pick<Clock, 'monotonic'>, createToken: () => string) {
    this.#clock = clock;
    this.#createToken = createToken;
  }

  /** Keeps paths. @returns their token; undefined if there are none, too many, or one is no path */
  keep(paths: readonly string[]): string | undefined {
    const isValid = paths.every((path) => path !== '' && path.length <= PATH && !path.includes('\0'));
    if (paths.length === 0 || paths.length > MOST_ROOTS || !isValid) return undefined;
    return this.#keep({ paths });
  }

  /** Keeps a picture in place of the one before. @returns its token */
  keepPicture(picture: Uint8Array): string {
    for (const [earlier, choice] of this.#choices) if ('picture' in choice) this.#choices.delete(earlier);
    return this.#keep({ picture });
  }

  #keep(choice: Choice): string {
    const token = this.#createToken();
    this.#choices.set(token, { ...choice, at: this.#clock.monotonic() });
    const [oldest] = this.#choices.keys();
    if (this.#choices.size > MOST_CHOICES && oldest !== undefined) this.#choices.delete(oldest);
    return token;
  }

  /** Returns what a token stands for, once. @throws {ChoiceError} `shell.choice-gone` */
  take(token: string): Choice {
    const choice = this.#choices.get(token);
    this.#choices.delete(token);
    if (choice === undefined || this.#clock.monotonic() - choice.at > CHOICE_LIFE)
      throw new ChoiceError('shell.choice-gone', 'the choice of files is no longer known');
    return choice;
  }
}
