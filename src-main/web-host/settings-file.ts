import { DEFAULT_WINDOW_SETTINGS, windowSettings, type WindowSettings } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import type { DocumentFile } from '#shared/storage.ts';
import { safeParse } from '#shared/safe-parse.ts';

/**
 * Window settings of `clawreach ui` in a JSON file of the profile, `window.json`, which the application's window uses too. `BrowserShell` reads and
 * saves them. A damaged file is renamed with a warning in the log, and the defaults apply.
 */
export class WindowSettingsFile {
  readonly #file: DocumentFile;
  /** Path to which a damaged file was moved at the start; undefined if it was valid. */
  readonly damaged: string | undefined;
  #value: WindowSettings;

  constructor(file: DocumentFile, logger: Logger) {
    this.#file = file;
    const { settings, damaged } = load(file, logger);
    this.#value = settings;
    this.damaged = damaged;
  }

  get value(): WindowSettings {
    return this.#value;
  }

  /** Saves the settings. @throws {StoreError} `store.write`; nothing changes then */
  save(settings: WindowSettings): WindowSettings {
    this.#file.write(settings);
    this.#value = settings;
    return settings;
  }
}

function load(file: DocumentFile, logger: Logger): Readonly<{ settings: WindowSettings; damaged: string | undefined }> {
  const fresh = (damaged?: string) => ({ settings: DEFAULT_WINDOW_SETTINGS, damaged });
  try {
    const document = file.read();
    if (document === undefined) return fresh();
    const settings = safeParse(windowSettings, document);
    if (settings.success) return { settings: settings.data, damaged: undefined };
  } catch (error) {
    // An unreadable file stays where it is.
    if (errorCode(error) !== 'store.malformed') {
      logger.warn('the settings of the window cannot be read', { file: file.location, problem: errorCode(error) });
      return fresh();
    }
  }
  let where = file.location;
  try {
    where = file.setAside();
    logger.warn('the settings of the window were damaged and are set aside', { file: where });
  } catch (error) {
    logger.warn('the settings of the window are damaged', { file: where, problem: errorCode(error) });
  }
  return fresh(where);
}
