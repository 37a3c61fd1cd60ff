import type { CallInput, NetworkView } from '#shared/app-api/index.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import type { DirectTransport } from '../direct/index.ts';
import type { SettingsStore } from '../core/store/index.ts';

export type DirectListenerControlOptions = Readonly<{
  settings: SettingsStore;
  /** Undefined where there are no direct connections at all. */
  transport: DirectTransport | undefined;
  logger: Logger;
  /** Returns whether the user has paused all connections. */
  isPaused(): boolean;
  /** Called when this device's dialable addresses have changed. */
  onChange(): void;
}>;

/** Listens for direct connections as the settings say. */
export class DirectListenerControl {
  readonly #options: DirectListenerControlOptions;
  #problem: string | null = null;
  #wanted = false;
  #wishes = 0;

  constructor(options: DirectListenerControlOptions) {
    this.#options = options;
  }

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

  /** Starts listening as configured. Never throws; a failure appears in the view. */
  async start(): Promise<void> {
    this.#wanted = true;
    await this.#apply();
  }

  /** @throws {StoreError} `store.write` */
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

  /** Stops or resumes listening with the pause. Never throws. */
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
    this.#wishes += 1;
    const wish = this.#wishes;
    try {
      // One after the other, in the order in which they were wished for: the last wish is what holds in the end.
      if (listen === 'on' && !this.#options.isPaused()) await transport.listen(port);
      else await transport.close();
    } catch (error) {
      // What a former wish has come to is no problem of this one.
      if (wish !== this.#wishes) return;
      this.#problem = errorCode(error);
      logger.warn('no direct connections are taken', { errorCode: this.#problem, error: errorMessage(error) });
    }
    this.#options.onChange();
  }
}
