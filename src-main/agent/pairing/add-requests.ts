import type { AddRequestView, BrowserMode } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { parsePeerId, shortPeerId, type PeerId } from '#shared/identity/index.ts';
import type { AuditLog } from '../core/store/index.ts';
import type { AddRequest } from '../relay/index.ts';

/** Time after which a request ends, ms: as long as a device waits to be added. */
export const ADD_REQUEST_LIFE = 10 * 60_000;
/** Most requests that are shown at the same time. */
export const MOST_ADD_REQUESTS = 4;
/** Most requests that are shown within `ADD_REQUEST_LIFE`, those included that a person has dismissed. */
export const MOST_ADD_REQUESTS_TAKEN = 8;

/** State of this device and callbacks. */
export type AddRequestsOptions = Readonly<{
  clock: Clock;
  audit: AuditLog;
  ownId: PeerId;
  /** Returns what browsers may do on this device. */
  browsers(): BrowserMode;
  onChange(): void;
}>;

/** Request that was taken. `view` is undefined once it was dismissed or answered. */
type Taken = { view: AddRequestView | undefined; readonly timer: Timer };

/**
 * Requests of browsers to be added, as the relay passes them on. A request proves nothing and grants nothing: it only names the ID that a person may
 * add, by comparing words. So a relay that makes them up can show a few cards and no more. In memory. One per agent, created by the pairing module.
 */
export class AddRequests {
  readonly #options: AddRequestsOptions;
  readonly #taken = new Map<PeerId, Taken>();

  constructor(options: AddRequestsOptions) {
    this.#options = options;
  }

  /** Requests that wait, oldest first. Empty while this device takes no browsers. */
  get list(): readonly AddRequestView[] {
    if (this.#options.browsers() === 'never') return [];
    return [...this.#taken.values()].flatMap(({ view }) => view ?? []);
  }

  /** Takes a request, unless there are too many, or its browser has asked within the last ten minutes. */
  take({ from, account, name, system }: AddRequest): void {
    const { clock, audit, ownId, browsers, onChange } = this.#options;
    if (browsers() === 'never' || from === ownId || this.#taken.has(from)) return;
    if (this.#taken.size >= MOST_ADD_REQUESTS_TAKEN || this.list.length >= MOST_ADD_REQUESTS) return;
    let peerId: PeerId;
    try {
      peerId = parsePeerId(from);
    } catch {
      return;
    }
    const requestedAt = clock.now();
    const expiresAt = requestedAt + ADD_REQUEST_LIFE;
    const timer = clock.setTimer(ADD_REQUEST_LIFE, () => {
      this.#taken.delete(peerId);
      onChange();
    });
    const view = { peerId, shortId: shortPeerId(peerId), name, system, account, requestedAt, expiresAt };
    this.#taken.set(peerId, { view, timer });
    audit.record('pairing.requested', { peer: peerId, name, account });
    onChange();
  }

  /** Removes a request that a person has dismissed or answered. The same browser can ask again once its ten minutes are over. */
  dismiss(peerId: string): void {
    const taken = this.#taken.get(peerId as PeerId);
    if (taken?.view === undefined) return;
    taken.view = undefined;
    this.#options.onChange();
  }

  close(): void {
    for (const { timer } of this.#taken.values()) timer.cancel();
    this.#taken.clear();
  }
}
