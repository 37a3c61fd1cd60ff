import type { AppApiClient } from '#shared/app-api/index.ts';
import { EndedTerminals } from '../../terminal/index.ts';

/** `ends`: a person stopped it; `returns`: another follows, as after an update; undefined: it was killed, or has crashed. */
export type Farewell = 'ends' | 'returns' | undefined;

/** One connection to the agent: whether it still is, how the agent left, and how terminals on it ended. */
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

  get farewell(): Farewell {
    return this.#farewell;
  }

  /** What to say of a connection that is gone. */
  get lossCode(): 'control.lost' | 'control.stopped' {
    return this.#farewell === 'ends' ? 'control.stopped' : 'control.lost';
  }

  /** Watches this connection from now on. */
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
