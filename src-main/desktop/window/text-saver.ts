import { ClawReachError, errorMessage } from '#shared/errors.ts';

/** A file that could not be written. Code: `shell.file-failed`. */
class SaveError extends ClawReachError {
  override readonly name = 'SaveError';
}

export type TextSaverOptions = Readonly<{
  /** Asks the person; undefined when they think better of it. */
  choose(name: string): Promise<string | undefined>;
  write(path: string, text: string): Promise<void>;
  append(path: string, text: string): Promise<void>;
}>;

/** Writes what the window's page has, and only where a person has chosen: a page that asks by itself does not put one question on another. */
export class TextSaver {
  readonly #options: TextSaverOptions;
  #asking = false;
  /** Where the person has put what was saved last. */
  #last: Readonly<{ name: string; path: string }> | undefined;

  constructor(options: TextSaverOptions) {
    this.#options = options;
  }

  /** @param append behind what was saved last, if that had this name; nobody is asked then @throws {SaveError} `shell.file-failed` */
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
