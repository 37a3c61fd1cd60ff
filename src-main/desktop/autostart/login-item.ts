import type { AutostartView } from '#shared/app-api/index.ts';
import { errorMessage } from '#shared/errors.ts';
import { AutostartError } from './errors.ts';
import type { Autostart } from './autostart.ts';

type Chosen = Readonly<{ path: string; args: string[] }>;

/** Part of Electron's `app` that this class uses. */
export type LoginItemPort = Readonly<{
  getLoginItemSettings(options: Chosen): Readonly<{
    openAtLogin: boolean;
    /** Windows only; `enabled` is false if the person disabled the entry in the Task Manager. */
    launchItems?: readonly Readonly<{ name: string; enabled: boolean }>[];
    /** macOS 13 and newer. */
    status?: string;
  }>;
  setLoginItemSettings(settings: Chosen & Readonly<{ openAtLogin: boolean; name?: string; enabled?: boolean }>): void;
}>;

/** First major version of Electron that quotes paths with spaces itself (https://github.com/electron/electron/pull/50016). */
const QUOTES_ITSELF = 42;

export type LoginItemOptions = Readonly<{
  app: LoginItemPort;
  platform: 'darwin' | 'win32';
  command: readonly [string, ...string[]];
  /** Major version of Electron. */
  electron: number;
  /** Name of the entry in the Windows registry; different for each profile. */
  name: string;
}>;

/** Autostart by the login items of macOS and Windows. Reads and changes them through Electron's `app`. */
export class LoginItem implements Autostart {
  readonly #options: LoginItemOptions;
  readonly #chosen: Chosen;

  constructor(options: LoginItemOptions) {
    this.#options = options;
    const [path, ...args] = options.command;
    const byHand = options.platform === 'win32' && options.electron < QUOTES_ITSELF;
    this.#chosen = { path: byHand ? quote(path) : path, args: byHand ? args.map(quote) : args };
  }

  get(): Promise<AutostartView> {
    const { app, platform, name } = this.#options;
    const { openAtLogin, status } = app.getLoginItemSettings(this.#chosen);
    const item = platform === 'win32' ? this.#find(name) : undefined;
    const isHeld = item === undefined ? status === 'requires-approval' : !item.enabled;
    return Promise.resolve({
      state: openAtLogin || isHeld || item !== undefined ? 'on' : 'off',
      problem: isHeld ? `shell.autostart-held.${platform}` : null,
      file: null,
    });
  }

  /**
   * Finds the entry by its quoted path, since one with a space isn't found otherwise
   * (https://github.com/electron/electron/issues/53911).
   */
  #find(name: string): Readonly<{ enabled: boolean }> | undefined {
    const { app, command } = this.#options;
    const { launchItems = [] } = app.getLoginItemSettings({ path: quote(command[0]), args: [] });
    return launchItems.find((item) => item.name === name);
  }

  async set(on: boolean): Promise<AutostartView> {
    const { app, platform, name } = this.#options;
    const entry = platform === 'win32' ? { name, enabled: on } : {};
    try {
      app.setLoginItemSettings({ openAtLogin: on, ...this.#chosen, ...entry });
    } catch (error) {
      throw new AutostartError('shell.autostart-failed', 'the system has refused', {
        cause: error,
        details: { reason: errorMessage(error) },
      });
    }
    return await this.get();
  }

  repair(): Promise<void> {
    // Both systems know the application itself, and an update keeps its location.
    return Promise.resolve();
  }
}

/** Quotes a word of the command line in the registry. */
function quote(word: string): string {
  return /[\s"]/.test(word) ? `"${word.replaceAll(/(\\*)"/g, String.raw`$1$1\"`).replace(/(\\+)$/, '$1$1')}"` : word;
}
