import {
  ShellTransport,
  type AgentStatus,
  type AppTransport,
  HOSTED_RELAY_OFF,
  type Licences,
  type ShellFacts,
  type ShellHandlers,
  type WindowSettings,
} from '#shared/app-api/index.ts';
import { WebHostError } from './errors.ts';
import type { WindowSettingsFile } from './settings-file.ts';

/**
 * Shell around browser windows: answers their `shell.*` calls, and sends events that concern all windows. The web host opens one connection for each
 * window.
 */
export interface WindowShell {
  /** Wraps the transport between a window and its agent. */
  open(window: AppTransport): ShellTransport;
  /** Forgets a window that has disconnected. */
  closed(window: ShellTransport): void;
}

const NO_RELAY = HOSTED_RELAY_OFF;

export type BrowserShellOptions = Readonly<{
  version: string;
  platform: string;
  settings: WindowSettingsFile;
  /** Reads the licences of the software in this window and its agent. */
  licences?: (() => Promise<Licences>) | undefined;
  /** Reads the status of the agent, which knows where its secret is. */
  status(): Promise<AgentStatus>;
}>;

/**
 * Shell for windows in a browser: has no tray, hosts no relay, and leaves links to the browser. Created for `clawreach ui`. Stores the window's
 * settings in the given file.
 */
export class BrowserShell implements WindowShell {
  readonly #options: BrowserShellOptions;
  readonly #windows = new Set<ShellTransport>();
  readonly #handlers: ShellHandlers;
  readonly #always: ShellHandlers = {
    'shell.facts': () => this.#facts(),
    // A browser has no tray.
    'shell.terminals': () => Promise.resolve({}),
    'shell.openLink': () => Promise.reject(refused('shell.browser-links', 'the browser opens links itself')),
    'shell.settings.get': () => Promise.resolve(this.#options.settings.value),
    'shell.settings.set': async (settings) => this.#save(settings),
    'shell.relay.get': () => Promise.resolve(NO_RELAY),
    'shell.relay.start': () => Promise.reject(refused('shell.no-hosted-relay', 'no relay can be started here')),
    'shell.relay.outside': () => Promise.reject(refused('shell.no-hosted-relay', 'no relay runs here')),
    'shell.relay.stop': () => Promise.resolve(NO_RELAY),
  };

  constructor(options: BrowserShellOptions) {
    this.#options = options;
    const { licences } = options;
    this.#handlers = licences === undefined ? this.#always : { ...this.#always, 'shell.licences': licences };
  }

  open(window: AppTransport): ShellTransport {
    const transport = new ShellTransport(window, this.#handlers);
    this.#windows.add(transport);
    return transport;
  }

  closed(window: ShellTransport): void {
    this.#windows.delete(window);
  }

  #save(settings: WindowSettings): WindowSettings {
    const saved = this.#options.settings.save(settings);
    for (const window of this.#windows) window.emit('shell.settings.changed', saved);
    return saved;
  }

  async #facts(): Promise<ShellFacts> {
    const { secretStore } = await this.#options.status();
    return {
      kind: 'browser',
      platform: this.#options.platform,
      version: this.#options.version,
      electron: null,
      tray: false,
      canHostRelay: false,
      defaultRelay: null,
      ownsAgent: false,
      secretStore:
        secretStore === 'file'
          ? { protection: 'file', backend: null, problem: null }
          : { protection: 'encrypted', backend: secretStore, problem: null },
    };
  }
}

function refused(code: string, message: string): WebHostError {
  return new WebHostError(code, message);
}
