import type { AppApiServer } from '#shared/app-api/index.ts';
import { haveSafetyNumbers, prepareSafetyNumbers, viewPeer, viewStatus, type AgentParts } from '../api/index.ts';

/** Views are sent at most so often while something changes all the time, ms. */
const EVENT_INTERVAL = 100;

/** What a change touches. */
export type Changed = 'status' | 'peers' | 'approvals' | 'discovery';

/** Sends views to the user interfaces, many changes as one. */
export class ViewBroadcaster {
  readonly #parts: AgentParts;
  readonly #server: AppApiServer;
  readonly #isOver: () => boolean;
  readonly #pending = new Set<Changed>();

  /** @param isOver Nothing is sent any more. */
  constructor(parts: AgentParts, server: AppApiServer, isOver: () => boolean) {
    this.#parts = parts;
    this.#server = server;
    this.#isOver = isOver;
  }

  announce(what: Changed): void {
    if (this.#isOver()) return;
    this.#pending.add(what);
    if (this.#pending.size > 1) return;
    this.#parts.clock.setTimer(EVENT_INTERVAL, () => this.#send());
  }

  /** A peer is gone since it has not finished its pairing. */
  unfinished(name: string): void {
    if (!this.#isOver() && this.#server.connectionCount > 0) this.#server.broadcast('peers.unfinished', { name });
  }

  #send(): void {
    const events = new Set(this.#pending);
    this.#pending.clear();
    if (this.#isOver() || this.#server.connectionCount === 0) return;
    if (events.has('peers')) this.#sendPeers();
    if (events.has('discovery')) this.#server.broadcast('discovery.changed', this.#parts.discovery.view);
    if (events.has('approvals')) this.#server.broadcast('approvals.changed', [...this.#parts.approvals.list()]);
    this.#server.broadcast('status.changed', viewStatus(this.#parts));
  }

  #sendPeers(): void {
    const records = this.#parts.peers.list();
    if (haveSafetyNumbers(this.#parts, records)) {
      const views = records.map((record) => viewPeer(this.#parts, record));
      this.#server.broadcast('peers.changed', views);
    } else void prepareSafetyNumbers(this.#parts, records).then(() => this.announce('peers'));
  }
}
