import type { CallInput, NetworkView } from '#shared/app-api/index.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import type { DirectTransport } from '../direct/index.ts';
import type { SettingsStore } from '../core/store/index.ts';

export type DirectListenerControlOptions = Readonly<{
  settings: SettingsStore;
  /** Direct TCP connections; undefined if the agent has none. */
  transport: DirectTransport | undefined;
  logger: Logger;
  /** Returns whether the user has paused all connections. */
  isPaused(): boolean;
  /** Called when this device's dialable addresses have changed. */
  onChange(): void;
}>;

/**
 * Listens for direct connections while the settings allow them and the device isn't paused. Answers `network.get` and `network.set`. Used by
 * `Network`.
 */
export class DirectListenerControl {
  readonly #options: DirectListenerControlOptions;
  #problem: string | null = null;
  #wanted = false;
  #requests = 0;

  constructor(options: DirectListenerControlOptions) {
    this.#options = options;
  }

  /** Settings and state for user interfaces. */
  get view(): NetworkView {
    const { settings, transport } = this.#options;
    const { listen, port } = settings.value.network;
    return {
      listen,
      port,
      listening: transport?.port ?? null,
      problem: this.#problem,
      addresses: [...(transport?.localAddresses() ?? [])],
    };
  }

  /** Starts to listen if configured. Never throws; a failure appears in the view. */
  async start(): Promise<void> {
    this.#wanted = true;
    await this.#apply();
  }

  /** Changes the settings and applies them. @throws {StoreError} `store.write` */
  async set({ listen, port }: CallInput<'network.set'>): Promise<NetworkView> {
    const { settings } = this.#options;
    const before = settings.value.network;
    const after = { listen: listen ?? before.listen, port: port ?? before.port };
    if (after.listen !== before.listen || after.port !== before.port) {
      settings.update((current) => ({ ...current, network: after }));
      await this.#apply();
    }
    return this.view;
  }

  /** Starts or stops listening. Called when the user has paused or resumed the device. Never throws. */
  async pauseChanged(): Promise<void> {
    await this.#apply();
  }

  async close(): Promise<void> {
    this.#wanted = false;
    await this.#options.transport?.close();
  }

  async #apply(): Promise<void> {
    const { settings, transport, logger } = this.#options;
    if (!this.#wanted || transport === undefined) return;
    const { listen, port } = settings.value.network;
    this.#problem = null;
    this.#requests += 1;
    const request = this.#requests;
    try {
      // The transport runs these calls one after another, so the last one counts.
      if (listen === 'on' && !this.#options.isPaused()) await transport.listen(port);
      else await transport.close();
    } catch (error) {
      // An earlier call's failure no longer matters.
      if (request !== this.#requests) return;
      this.#problem = errorCode(error);
      logger.warn('no direct connections are accepted', { errorCode: this.#problem, error: errorMessage(error) });
    }
    this.#options.onChange();
  }
}
