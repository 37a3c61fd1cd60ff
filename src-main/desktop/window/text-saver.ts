import { ClawReachError, errorMessage } from '#shared/errors.ts';

/** Error of writing a file; code `shell.file-failed`. */
class SaveError extends ClawReachError {
  override readonly name = 'SaveError';
}

export type TextSaverOptions = Readonly<{
  /** Asks the person for a path; undefined if the person cancels. */
  choose(name: string): Promise<string | undefined>;
  write(path: string, text: string): Promise<void>;
  append(path: string, text: string): Promise<void>;
}>;

/**
 * Saver of text for the window's page: only to files that the person chose, and with one dialog at a time. Touches the disk only through the given
 * functions.
 */
export class TextSaver {
  readonly #options: TextSaverOptions;
  #asking = false;
  /** Name and path of the latest saved file. */
  #last: Readonly<{ name: string; path: string }> | undefined;

  constructor(options: TextSaverOptions) {
    this.#options = options;
  }

  /** Saves text. @param append add to the latest file without asking, if it has this name @throws {SaveError} `shell.file-failed` */
  readonly save = async (name: string, text: string, append = false): Promise<boolean> => {
    if (this.#asking) return false;
    this.#asking = true;
    try {
      if (append) return await this.#append(name, text);
      this.#last = undefined;
      const path = await this.#options.choose(name);
      if (path === undefined) return false;
      await this.#options.write(path, text);
      this.#last = { name, path };
      return true;
    } catch (cause) {
      throw new SaveError('shell.file-failed', 'the file could not be written', {
        details: { reason: errorMessage(cause) },
        cause,
      });
    } finally {
      this.#asking = false;
    }
  };

  async #append(name: string, text: string): Promise<boolean> {
    if (this.#last?.name !== name) return false;
    await this.#options.append(this.#last.path, text);
    return true;
  }
}
