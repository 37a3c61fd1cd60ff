import type { AgentStatus, AppApiServer } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';

/** Shortest time between two sendings of views while something changes all the time, ms. */
const EVENT_INTERVAL = 100;

/** A view that modules announce changes of. The status is sent along with each of them. */
export type ViewName = 'status' | 'peers' | 'approvals' | 'discovery';

/** A module's share of the status; pending approvals of all modules are added up. */
export type StatusShare = Partial<AgentStatus>;

/** Views of the agent for user interfaces: modules say what they look like and when they change; many changes are sent as one. */
export class Views {
  readonly #server: AppApiServer;
  readonly #clock: Clock;
  readonly #closing: AbortSignal;
  readonly #senders = new Map<ViewName, () => void>();
  readonly #shares: (() => StatusShare)[] = [];
  readonly #pending = new Set<ViewName>();

  /** @param closing nothing is sent after it is aborted */
  constructor(server: AppApiServer, clock: Clock, closing: AbortSignal) {
    this.#server = server;
    this.#clock = clock;
    this.#closing = closing;
  }

  /** Tells whether a user interface is connected that sees changes. */
  get isWatched(): boolean {
    return !this.#closing.aborted && this.#server.connectionCount > 0;
  }

  /** Sends an event to every user interface; without any, or once the agent is closing, nothing happens. */
  readonly broadcast: AppApiServer['broadcast'] = (event, value) => {
    if (this.isWatched) this.#server.broadcast(event, value);
  };

  /** Sets the function that sends a view. */
  define(name: Exclude<ViewName, 'status'>, send: () => void): void {
    this.#senders.set(name, send);
  }

  /** Adds a module's share of the status. */
  addStatus(share: () => StatusShare): void {
    this.#shares.push(share);
  }

  /** Sends the view within `EVENT_INTERVAL`. */
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
    return Object.assign({}, ...shares, { approvalsPending }) as AgentStatus;
  }

  #send(): void {
    const names = [...this.#pending];
    this.#pending.clear();
    if (!this.isWatched) return;
    for (const name of names) this.#senders.get(name)?.();
    this.broadcast('status.changed', this.status());
  }
}
