import { errorMessage } from '#shared/errors.ts';
import type { Timer } from '#shared/clock.ts';
import { AUTH_FAILED, CLOSE } from './close-codes.ts';
import type { Connectors } from './connectors.ts';
import type { PlainContext } from './context.ts';
import { listDevices } from './device-rows.ts';
import { mayReach } from './device-access.ts';
import { writeMessage } from './envelope.ts';
import type { NodeRequests } from './node-requests.ts';
import { listAllowed, listSignIns } from './session-rows.ts';
import type { Terminals } from './terminals.ts';

/** IDs in one query; SQLite allows 32 766 parameters. */
const CHUNK = 500;

/** Parts of the documented protocol whose connections are checked. */
export type CheckedServices = Readonly<{ terminals: Terminals; connectors: Connectors; requests: NodeRequests }>;

/**
 * Ends connections that have lost their right: of devices that were deleted or got a new code, of people who were removed or signed out, of projects that
 * no longer allow the protocol. Compares every open connection with the database, in an interval and whenever the platform has changed something, so that
 * no kind of change can be forgotten. Created by `startPlainProtocol`.
 */
export class AccessCheck {
  readonly #context: PlainContext;
  readonly #services: CheckedServices;
  #timer: Timer;
  #running: Promise<void> | undefined;
  /** Set if something has changed since the running check began. */
  #isStale = false;
  #isClosed = false;

  constructor(context: PlainContext, services: CheckedServices) {
    this.#context = context;
    this.#services = services;
    this.#timer = this.#schedule();
  }

  /** Checks all connections. Resolves once those without a right are closed. Doesn't reject. */
  run(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isStale = true;
    this.#running ??= this.#runWhileStale();
    return this.#running;
  }

  /** Ends the interval, and waits for a running check. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer.cancel();
    await this.#running;
  }

  async #runWhileStale(): Promise<void> {
    try {
      while (this.#isStale) {
        this.#isStale = false;
        await this.#checkConnectors();
        await this.#checkViewers();
        await this.#checkRequests();
      }
    } catch (error) {
      this.#context.logger.error('open connections not checked', { message: errorMessage(error) });
    } finally {
      this.#running = undefined;
    }
  }

  #schedule(): Timer {
    return this.#context.clock.setTimer(this.#context.limits.recheck, () => {
      this.#timer = this.#schedule();
      void this.run();
    });
  }

  async #checkConnectors(): Promise<void> {
    for (const chunk of chunks(this.#services.connectors.list())) {
      const rows = await this.#context.store.read((database) =>
        listDevices(database, [...new Set(chunk.map(({ device }) => device.id))]),
      );
      const hashes = new Map(rows.map(({ id, tokenHash }) => [id, tokenHash]));
      for (const connector of chunk) {
        const hash = hashes.get(connector.device.id) ?? undefined;
        if (hash !== undefined && Buffer.compare(hash, connector.tokenHash) === 0) continue;
        connector.send(writeMessage('error', { message: 'Authentication failed' }));
        connector.close(CLOSE.auth, AUTH_FAILED);
      }
    }
  }

  async #checkViewers(): Promise<void> {
    const { store, clock } = this.#context;
    for (const chunk of chunks([...this.#services.terminals.viewers()])) {
      const signIns = [...new Set(chunk.flatMap(([, viewers]) => [...viewers].map(({ signIn }) => signIn)))];
      const [allowed, signedIn] = await store.read(async (database) => [
        await listAllowed(
          database,
          chunk.map(([id]) => id),
        ),
        await listSignIns(database, signIns, clock.now()),
      ]);
      for (const [id, viewers] of chunk) {
        if (!allowed.has(id)) this.#services.terminals.end(id, 'access_ended');
        else
          for (const viewer of viewers) if (!signedIn.has(viewer.signIn)) viewer.socket.close(CLOSE.auth, AUTH_FAILED);
      }
    }
  }

  async #checkRequests(): Promise<void> {
    const { store, clock } = this.#context;
    for (const { requester, device } of this.#services.requests.waiting()) {
      const isAllowed = await store.read(
        async (database) =>
          (await mayReach(database, requester.account, device, 'send-request')) &&
          (await listSignIns(database, [requester.signIn], clock.now())).size > 0,
      );
      if (!isAllowed) this.#services.requests.endAccess(requester, device);
    }
  }
}

function chunks<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, index) =>
    items.slice(index * CHUNK, (index + 1) * CHUNK),
  );
}
