import { MOST_PROFILE_PROBLEMS, type AgentStatus, type AppApiServer } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';

/** Shortest time between two broadcasts of views, ms. */
const EVENT_INTERVAL = 100;

/** View whose changes modules announce. Each broadcast also contains the status. */
export type ViewName = 'status' | 'peers' | 'approvals' | 'discovery' | 'plainRelays';

/** One module's fields of the status. `approvalsPending` of all modules is added up, `problems` are put together. */
export type StatusShare = Partial<AgentStatus>;

/**
 * Keeps user interfaces up to date: modules define their views and announce changes; changes within 100 ms are sent together, through the
 * `AppApiServer`. One per agent.
 */
export class Views {
  readonly #server: AppApiServer;
  readonly #clock: Clock;
  readonly #closing: AbortSignal;
  readonly #senders = new Map<ViewName, () => void>();
  readonly #shares: (() => StatusShare)[] = [];
  readonly #pending = new Set<ViewName>();

  /** @param closing aborted when the agent closes; nothing is sent after that */
  constructor(server: AppApiServer, clock: Clock, closing: AbortSignal) {
    this.#server = server;
    this.#clock = clock;
    this.#closing = closing;
  }

  /** Reports whether a user interface is connected. */
  get isWatched(): boolean {
    return !this.#closing.aborted && this.#server.connectionCount > 0;
  }

  /** Sends an event to every user interface. Does nothing once the agent is closing. */
  readonly broadcast: AppApiServer['broadcast'] = (event, value) => {
    if (this.isWatched) this.#server.broadcast(event, value);
  };

  /** Sets the function that sends a view. Called once per view. */
  define(name: Exclude<ViewName, 'status'>, send: () => void): void {
    this.#senders.set(name, send);
  }

  /** Adds a function that returns a module's fields of the status. */
  addStatus(share: () => StatusShare): void {
    this.#shares.push(share);
  }

  /** Sends the view and the status within 100 ms. */
  announce(name: ViewName): void {
    if (this.#closing.aborted) return;
    this.#pending.add(name);
    if (this.#pending.size === 1) this.#clock.setTimer(EVENT_INTERVAL, () => this.#send());
  }

  /** Returns the status of the agent as user interfaces show it. */
  status(): AgentStatus {
    const shares = this.#shares.map((share) => share());
    const approvalsPending = shares.reduce((sum, share) => sum + (share.approvalsPending ?? 0), 0);
    // Each module fills in its own fields; the contract checks the whole before it is sent.
    const problems = shares.flatMap((share) => share.problems ?? []).slice(0, MOST_PROFILE_PROBLEMS);
    return Object.assign({}, ...shares, { approvalsPending }, problems.length === 0 ? {} : { problems }) as AgentStatus;
  }

  #send(): void {
    const names = [...this.#pending];
    this.#pending.clear();
    if (!this.isWatched) return;
    for (const name of names) this.#senders.get(name)?.();
    this.broadcast('status.changed', this.status());
  }
}
