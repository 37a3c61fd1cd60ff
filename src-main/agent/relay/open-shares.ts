import type { Clock, Timer } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import type { AgentMessage } from '#shared/relay-api/index.ts';
import { RelayClientError } from './errors.ts';
import type { Requests } from './requests.ts';

/** Pause before a share that the relay has refused is opened again, ms. */
const RETRY_PAUSE = 10_000;
/** Version of the relay's protocol that has shares. */
const SHARES_SINCE = 4;

export type OpenSharesOptions = Readonly<{
  clock: Clock;
  logger: Logger;
  requests: Requests;
  send(message: AgentMessage): void;
}>;

/** Shares that this device keeps open at its relay, also over new connections. In memory only. Used by `RelayClient`. */
export class OpenShares {
  readonly #options: OpenSharesOptions;
  readonly #shares = new Set<string>();
  /** Shares that the relay has refused at this connection. */
  readonly #retries = new Map<string, Timer>();
  /** Version of the relay that is connected; 0 without one. */
  #version = 0;

  constructor(options: OpenSharesOptions) {
    this.#options = options;
  }

  /**
   * Opens a share, and keeps it open.
   * @throws {RelayClientError} `relay.no-shares`, `relay.share`, `relay.limit`, `relay.rate`, `relay.timeout`, or the reason why the connection ended
   */
  async open(share: string): Promise<void> {
    if (this.#version < SHARES_SINCE) throw new RelayClientError('relay.no-shares', 'this relay knows no share links');
    await this.#ask(share);
    this.#shares.add(share);
  }

  /** Closes a share, also one whose opening the relay has not answered. */
  close(share: string): void {
    this.#shares.delete(share);
    this.#cancelRetry(share);
    if (this.#version >= SHARES_SINCE) this.#options.send({ type: 'share-close', share });
  }

  /** Opens all shares again at a new connection. */
  connected(version: number): void {
    this.#version = version;
    if (version < SHARES_SINCE) return;
    for (const share of this.#shares) void this.#openAgain(share);
  }

  /** Notes the end of the connection, which ends the shares at the relay. */
  lost(): void {
    this.#version = 0;
    for (const share of this.#retries.keys()) this.#cancelRetry(share);
  }

  /** Opens a share again, and tries on while the relay refuses it. */
  async #openAgain(share: string): Promise<void> {
    const { clock, logger } = this.#options;
    try {
      await this.#ask(share);
    } catch (error) {
      logger.warn('a share could not be opened again', { error: errorMessage(error) });
      // The next connection opens all of them.
      if (this.#version === 0 || !this.#shares.has(share)) return;
      const retry = clock.setTimer(RETRY_PAUSE, () => {
        this.#retries.delete(share);
        void this.#openAgain(share);
      });
      this.#retries.set(share, retry);
    }
  }

  async #ask(share: string): Promise<void> {
    const { requests, send } = this.#options;
    await requests.ask(
      'ok',
      (request) => send({ type: 'share-open', request, share }),
      () => undefined,
    );
  }

  #cancelRetry(share: string): void {
    this.#retries.get(share)?.cancel();
    this.#retries.delete(share);
  }
}
