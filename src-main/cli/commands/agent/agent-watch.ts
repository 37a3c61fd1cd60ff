import { EndedTerminals, type AppApiClient } from '#shared/app-api/index.ts';

/**
 * Announcement with which an agent closed its control socket: `ends` if a person stopped it, `returns` if another agent
 * follows, as after an update. Undefined if the agent is running, crashed or was killed.
 */
export type Farewell = 'ends' | 'returns' | undefined;

/**
 * Watches a command's connection to the agent: whether it is open, which farewell the agent sent, and how its terminals
 * ended. Used by commands that attach a terminal, which may continue with another agent's connection. Only subscribes
 * to events.
 */
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

  /** The connection that is being watched. */
  get client(): AppApiClient {
    return this.#client;
  }

  /** Ends of terminals that were reported on this connection. */
  get ended(): EndedTerminals {
    return this.#ended;
  }

  /** True after the connection has closed. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** The farewell on this connection; undefined if none arrived. */
  get farewell(): Farewell {
    return this.#farewell;
  }

  /** Error code that explains a lost connection: `control.stopped` after the farewell `ends`, else `control.lost`. */
  get lossCode(): 'control.lost' | 'control.stopped' {
    return this.#farewell === 'ends' ? 'control.stopped' : 'control.lost';
  }

  /** Watches another connection instead of the current one. Returns its terminal ends. */
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

  /** Ends the subscriptions. Leaves the connection open. */
  stop(): void {
    this.#off();
    this.#ended?.stop();
  }
}
