import type { AppApiClient } from '#shared/app-api/index.ts';
import { EndedTerminals } from '../../terminal/index.ts';

/**
 * Last message of an agent before it left: `ends` if a person stopped it, `returns` if another one follows, as after an
 * update; undefined if it crashed or was killed.
 */
export type Farewell = 'ends' | 'returns' | undefined;

/** Watches one connection to the agent: whether it is open, how the agent left, and how its terminals ended. */
export class AgentWatch {
  #client: AppApiClient;
  #ended: EndedTerminals;
  #isLost = false;
  #farewell: Farewell;
  #off: () => void = () => undefined;

  constructor(client: AppApiClient) {
    this.#client = client;
    this.#ended = this.use(client);
  }

  get client(): AppApiClient {
    return this.#client;
  }

  get ended(): EndedTerminals {
    return this.#ended;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  get lastMessage(): Farewell {
    return this.#farewell;
  }

  /** Returns the error code for a lost connection. */
  get lossCode(): 'control.lost' | 'control.stopped' {
    return this.#farewell === 'ends' ? 'control.stopped' : 'control.lost';
  }

  /** Starts watching this connection. */
  use(client: AppApiClient): EndedTerminals {
    this.stop();
    this.#client = client;
    this.#ended = new EndedTerminals(client);
    this.#isLost = false;
    this.#farewell = undefined;
    this.#off = client.on('agent.ending', ({ returns }) => {
      this.#farewell = returns ? 'returns' : 'ends';
    });
    void client.closed.then(() => {
      if (this.#client === client) this.#isLost = true;
    });
    return this.#ended;
  }

  stop(): void {
    this.#off();
    this.#ended?.stop();
  }
}
