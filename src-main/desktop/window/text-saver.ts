import { ClawReachError, errorMessage } from '#shared/errors.ts';

/** A file that could not be written. Code: `shell.file-failed`. */
export class SaveError extends ClawReachError {
  override readonly name = 'SaveError';
}

export type TextSaverOptions = Readonly<{
  /** Asks the person; undefined when they think better of it. */
  choose(name: string): Promise<string | undefined>;
  write(path: string, text: string): Promise<void>;
}>;

/** Writes what the window's page has, and only where a person has chosen: a page that asks by itself does not put one question on another. */
export class TextSaver {
  readonly #options: TextSaverOptions;
  #asking = false;

  constructor(options: TextSaverOptions) {
    this.#options = options;
  }

  /** @throws {SaveError} `shell.file-failed` */
  readonly save = async (name: string, text: string): Promise<boolean> => {
    if (this.#asking) return false;
    this.#asking = true;
    try {
      const path = await this.#options.choose(name);
      if (path === undefined) return false;
      await this.#options.write(path, text);
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
}
