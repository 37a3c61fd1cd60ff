import { DEFAULT_WINDOW_SETTINGS, windowSettings, type WindowSettings } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { StoreError, type DocumentFile } from '#shared/storage.ts';

/** How the window looks, in a document of the profile. A damaged one is set aside with a warning, and the window looks as on its first day. */
export class WindowSettingsFile {
  readonly #file: DocumentFile;
  #value: WindowSettings;

  constructor(file: DocumentFile, logger: Logger) {
    this.#file = file;
    this.#value = load(file, logger);
  }

  get value(): WindowSettings {
    return this.#value;
  }

  /** @throws {StoreError} `store.write`; nothing changes then. */
  save(settings: WindowSettings): WindowSettings {
    this.#file.write(settings);
    this.#value = settings;
    return settings;
  }
}

function load(file: DocumentFile, logger: Logger): WindowSettings {
  let problem: string;
  try {
    const document = file.read();
    if (document === undefined) return DEFAULT_WINDOW_SETTINGS;
    const settings = windowSettings.safeParse(document);
    if (settings.success) return settings.data;
    problem = 'store.malformed';
  } catch (error) {
    problem = errorCode(error);
    // What cannot be read now is still there, and writing over it is refused by the file itself.
    if (!(error instanceof StoreError) || problem !== 'store.malformed') {
      logger.warn('the settings of the window cannot be read', { file: file.location, problem });
      return DEFAULT_WINDOW_SETTINGS;
    }
  }
  try {
    const aside = file.setAside();
    logger.warn('the settings of the window were damaged and are set aside', { file: aside, problem });
  } catch (error) {
    logger.warn('the settings of the window are damaged', { file: file.location, problem: errorCode(error) });
  }
  return DEFAULT_WINDOW_SETTINGS;
}
